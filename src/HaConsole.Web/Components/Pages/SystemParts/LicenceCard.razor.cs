using HaConsole.Web.Licensing;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SystemParts;

/// <summary>The licence, where one is needed, and a place to put a new one.</summary>
public sealed partial class LicenceCard
{
    private OperationResult? result;

    /// <summary>Who sits here may do it.</summary>
    [Parameter]
    public bool Admin { get; set; }

    [Inject]
    private IStringLocalizer<SystemPage> T { get; set; } = null!;

    [Inject]
    private LicenceKeeper Keeper { get; set; } = null!;

    [Inject]
    private LicenceOperations Operations { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    private static string Tone(LicenceState state) => state switch
    {
        LicenceState.Valid => "good",
        LicenceState.Expiring or LicenceState.Grace or LicenceState.Unknown => "warn",
        _ => "bad",
    };

    private async Task PickAsync(InputFileChangeEventArgs picked)
    {
        if (picked.File.Size > LicenceReader.Longest * 4)
        {
            result = OperationResult.Invalid($"The licence has more than {LicenceReader.Longest} characters: that is no licence file.");
            return;
        }

        using var reader = new StreamReader(picked.File.OpenReadStream(LicenceReader.Longest * 4));
        result = await Operations.InstallAsync(await Actor.GetAsync(), await reader.ReadToEndAsync(), onlyHere: false);
    }
}

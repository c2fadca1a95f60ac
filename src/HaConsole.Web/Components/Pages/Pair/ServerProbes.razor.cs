using System.Globalization;
using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.Pair;

/// <summary>The last probes of one server by its own word, with their age; said to be unknown when that server cannot be asked.</summary>
public sealed partial class ServerProbes : IDisposable
{
    /// <summary>An open page looks that often; the age of the newest probe grows in the browser.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private ITimer? timer;
    private bool disposed;

    /// <summary>The server that probes.</summary>
    [Parameter, EditorRequired]
    public ServerStatus Server { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Overview> T { get; set; } = null!;

    [Inject]
    private ProbeHistories Histories { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    /// <inheritdoc/>
    protected override string Shows => string.Create(CultureInfo.InvariantCulture, $"{Server.Server}");

    private string Label => T["probes", Server.Server, 3 - Server.Server];

    /// <summary>Null until the first answer.</summary>
    private KnownProbes? Known { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        disposed = true;
        timer?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        timer = Time.CreateTimer(_ => _ = InvokeAsync(LookAsync), null, LookEvery, LookEvery);
        await LookAsync();
    }

    private async Task LookAsync()
    {
        var known = await Histories.OfAsync(Server.Server);
        if (!disposed && known != Known)
        {
            Known = known;
            StateHasChanged();
        }
    }
}

using HaConsole.Engine;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Hosting;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Settings;
using HaConsole.Web.Model.Setup;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>The steps of the setup after the first sign-in. Each saves by itself; each can be left out and come back to.</summary>
public sealed partial class SetupSteps
{
    private static readonly string[] Names = ["server", "peer", "timing", "balancer", "drill"];

    /// <summary>Step shown: server, peer, timing, balancer or drill.</summary>
    [Parameter]
    public string Step { get; set; } = "";

    private string Known => Names.Contains(Step) ? Step : Names[0];

    private string? Before => Array.IndexOf(Names, Known) is > 0 and var i ? Names[i - 1] : null;

    private string? After => Array.IndexOf(Names, Known) is var i && i < Names.Length - 1 ? Names[i + 1] : null;

    private string? Message { get; set; }

    private bool Good { get; set; }

    private bool Busy { get; set; }

    private string? Code { get; set; }

    private string TypedCode { get; set; } = "";

    private string PeerAddress { get; set; } = "";

    private string Server1 { get; set; } = "";

    private string Server2 { get; set; } = "";

    private string Vip { get; set; } = "";

    private bool Enabled { get; set; }

    private HotStandbyParameters Seen { get; set; } = new();

    private IReadOnlyList<PortTest> Tests { get; set; } = [];

    private HotStandbyParameters Parameters => Engine.Engine.Configuration.Content.HotStandby;

    private IReadOnlyList<NodeValue> NodeList => NodeValues.Of(Configuration);

    private string OwnAddress => ConfigurationSources.Node(Configuration) is var node && node.RedundancyAddress.Length > 0 ? node.RedundancyAddress : node.LocalAddress;

    private string Recipe => SetupRecipe.Haproxy(Parameters, ConfigurationSources.Node(Configuration));

    [Inject]
    private IStringLocalizer<Setup> T { get; set; } = null!;

    [Inject]
    private ConsoleEngine Engine { get; set; } = null!;

    [Inject]
    private IConfiguration Configuration { get; set; } = null!;

    [Inject]
    private CurrentActor Current { get; set; } = null!;

    [Inject]
    private SystemOperations System { get; set; } = null!;

    [Inject]
    private PairingOperations Pairing { get; set; } = null!;

    [Inject]
    private ConfigurationOperations Settings { get; set; } = null!;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        base.OnInitialized();
        Take();
    }

    /// <inheritdoc/>
    protected override void OnParametersSet() => Message = null;

    /// <summary>What is in force, as it is edited.</summary>
    private void Take()
    {
        Seen = Parameters;
        (Server1, Server2, Vip, Enabled) = (Seen.Server1Address, Seen.Server2Address, Seen.VipAddress, Seen.Enabled);
        if (Server1.Length == 0 && Server2.Length == 0)
        {
            Server1 = ConfigurationSources.Node(Configuration).LocalAddress;
        }
    }

    private Task MakeCodeAsync() => DoAsync(async actor =>
    {
        var result = await Pairing.MakeCodeAsync(actor);
        Code = result.Value?.Code;
        return result;
    });

    private Task JoinAsync() => DoAsync(actor => Pairing.JoinAsync(actor, TypedCode, PeerAddress));

    private Task TestAsync() => DoAsync(async actor =>
    {
        Tests = await Pairing.TestAsync(actor, PeerAddress.Trim().Length > 0 ? PeerAddress : Server2, CancellationToken.None);
        return Tests.Count > 0
            ? OperationResult.Done(T["peer.tested", Tests.Count(t => t.Open == true), Tests.Count])
            : OperationResult.Invalid(T["peer.untested"]);
    });

    private Task SavePairAsync() => SaveAsync(Seen with { Server1Address = Server1.Trim(), Server2Address = Server2.Trim(), VipAddress = Vip.Trim(), Enabled = Enabled });

    private Task ChooseAsync(SetupProfile profile) => SaveAsync(profile.Apply(Parameters));

    private Task SaveAsync(HotStandbyParameters wanted) => DoAsync(async actor =>
    {
        var result = await Settings.SaveHotStandbyAsync(actor, wanted, Seen);
        if (result.Succeeded || result.End == OperationEnd.Conflict)
        {
            Seen = Parameters;
        }

        return result;
    });

    private Task RestartAsync() => DoAsync(actor => System.RestartAsync(actor));

    private async Task DoAsync<TResult>(Func<Actor, Task<TResult>> what)
        where TResult : OperationResult
    {
        Busy = true;
        try
        {
            var result = await what(await Current.GetAsync());
            (Message, Good) = (Spoken(result.Sentence), result.Succeeded);
        }
        finally
        {
            Busy = false;
        }
    }
}

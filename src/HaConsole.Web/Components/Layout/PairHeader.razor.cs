using System.Globalization;
using HaConsole.Engine.Status;
using HaConsole.Web.Hosting;
using HaConsole.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Layout;

/// <summary>What every page says at its top: who is Active, how old that is, what is held, which server this is, who is signed in.</summary>
public sealed partial class PairHeader
{
    /// <summary>The browser is told again at least this often: its clock, or that of the server, may have been set.</summary>
    private static readonly TimeSpan Renewed = TimeSpan.FromSeconds(30);

    private bool stalled;

    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string? Own => Snapshot.Servers.FirstOrDefault(server => server.Local) is { } own
        ? string.Create(CultureInfo.InvariantCulture, $"S{own.Server} {own.Address}").Trim()
        : null;

    /// <summary>The same console on the other server, for when this one is gone.</summary>
    private string? PeerUrl => Snapshot.Servers.FirstOrDefault(server => !server.Local) is { Address.Length: > 0 } peer
        ? PublicUrls.OfServer(peer.Address, new Uri(Navigation.BaseUri))?.ToString()
        : null;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    /// <inheritdoc/>
    public override bool First => true;

    /// <summary>The server that is Active, for programs that look at the page; none or both: empty.</summary>
    private string Active => Snapshot.Servers.Where(server => server.Role == "Active").ToList() is [var only] ? string.Create(CultureInfo.InvariantCulture, $"S{only.Server}") : "";

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        base.OnInitialized();
        stalled = Live.Stalled;
    }

    /// <inheritdoc/>
    protected override void OnSnapshot() => stalled = Live.Stalled;

    /// <summary>
    /// Its age is what tells people that the page lives, but it grows in the browser, which hears from the server all the time: only what the
    /// header says is drawn.
    /// </summary>
    protected override bool Matters(StatusSnapshot before, StatusSnapshot after)
        => stalled != Live.Stalled
        || (after.At - before.At).Duration() >= Renewed
        || SnapshotFacts.Of(before).Header != SnapshotFacts.Of(after).Header
        || !before.Servers.Select(IsHeard).SequenceEqual(after.Servers.Select(IsHeard));

    /// <summary>It is heard as often as it should be.</summary>
    private bool IsHeard(ServerStatus server) => server.AgeSeconds is { } age && age <= Live.HeardWithinSeconds;

    /// <summary>When a server was last heard, in milliseconds since 1970, or within how many seconds; null: never.</summary>
    private string? Heard(int number) => Snapshot.Servers.FirstOrDefault(s => s.Server == number) is not { AgeSeconds: { } age } server
        ? null
        : IsHeard(server)
            ? string.Create(CultureInfo.InvariantCulture, $"<{Live.HeardWithinSeconds}")
            : Snapshot.At.AddSeconds(-age).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}

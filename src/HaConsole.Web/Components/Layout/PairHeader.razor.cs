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
    private static readonly string[] Themes = ["system", "light", "dark"];

    [Inject]
    private IStringLocalizer<Shared> T { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private static string Language => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;

    private string? Own => Snapshot.Servers.FirstOrDefault(server => server.Local) is { } own
        ? string.Create(CultureInfo.InvariantCulture, $"S{own.Server} {own.Address}").Trim()
        : null;

    /// <summary>The same console on the other server, for when this one is gone.</summary>
    private string? PeerUrl => Snapshot.Servers.FirstOrDefault(server => !server.Local) is { Address.Length: > 0 } peer
        ? PublicUrls.OfServer(peer.Address, new Uri(Navigation.BaseUri))?.ToString()
        : null;

    /// <summary>When a server was last heard, in milliseconds since 1970; null: never.</summary>
    private long? Heard(int server) => Snapshot.Servers.FirstOrDefault(s => s.Server == server)?.AgeSeconds is { } age ? Snapshot.At.AddSeconds(-age).ToUnixTimeMilliseconds() : null;

    /// <summary>Its age is what tells people that the page lives: drawn with every snapshot.</summary>
    protected override bool Matters(StatusSnapshot before, StatusSnapshot after) => true;
}

using System.Globalization;
using System.Reflection;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;

namespace HaConsole.Engine.Configuration;

/// <summary>Makes the numbers of the failover core from the configuration.</summary>
public static class FailoverSettingsFactory
{
    /// <summary>Software version of this server, for example <c>0.1.0</c>.</summary>
    public static string SoftwareVersion { get; } =
        (typeof(FailoverSettingsFactory).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];

    /// <summary>Converts; what cannot be run with goes into <see cref="FailoverSettings.Invalid"/>.</summary>
    /// <param name="document">Configuration in force.</param>
    /// <param name="node">This server's own options.</param>
    /// <param name="witness">A witness is configured.</param>
    public static FailoverSettings ToFailoverSettings(ConfigurationDocument document, NodeOptions node, bool witness = false)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(node);
        var p = document.Content.HotStandby;
        var (_, rankProblem) = LocalIdentity.LocalRank(node, p);
        var broken = ConfigurationRules.Problems(document.Content).FirstOrDefault(x => !x.IsWarning);
        var settings = new FailoverSettings
        {
            Revision = document.Revision,
            ConfigurationHash = HashNumber(document.Hash),
            Enabled = p.Enabled,
            Invalid = (rankProblem ?? broken)?.Message,
            PeerConfigured = p.Server1Address.Length > 0 && p.Server2Address.Length > 0,
            TestVipDestination = p.TestVipDestination,
            VipFirst = p.VipFirst,
            SwitchOnApplicationError = p.SwitchOnApplicationError,
            FirstServerAutoRestart = p.FirstServerAutoRestart,
            FastConfirmation = p.FastConfirmation,
            Witness = witness,
            Version = SoftwareVersion,
        };

        // Numbers that break the rules must not reach the core's arithmetic: it refuses to run anyway, with its own defaults.
        return broken is not null ? settings : settings with
        {
            HeartbeatTimeout = Seconds(p.HeartbeatTimeout),
            HeartbeatInterval = Seconds(p.HeartbeatInterval),
            FailuresToSwitch = p.FailuresToSwitch,
            HoldDuration = TimeSpan.FromHours(p.HoldHours),
            LongestStop = Seconds(document.Content.Services.Select(s => s.StopTimeout).DefaultIfEmpty(0).Max()
                + (document.Content.Addresses.Count > 0 ? AddressCommands.Patience.TotalSeconds : 0)),
        };
    }

    /// <summary>First 8 bytes of the hash, as a number; 0 when the text is no hash.</summary>
    public static long HashNumber(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return hash.Length >= 16 && ulong.TryParse(hash.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? unchecked((long)number)
            : 0;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
}

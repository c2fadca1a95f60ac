using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Model.Settings;

namespace HaConsole.Web.Model.Setup;

/// <summary>A load balancer's configuration with the addresses and times of the pair.</summary>
public static class SetupRecipe
{
    /// <summary>For HAProxy: everything goes to the server that says ACTIVE.</summary>
    public static string Haproxy(HotStandbyParameters parameters, NodeOptions node)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(node);
        var numbers = TimingRelations.Balancer(parameters, node);
        var interval = Milliseconds(numbers.Interval);
        var one = parameters.Server1Address is { Length: > 0 } first ? first : "SERVER-1";
        var two = parameters.Server2Address is { Length: > 0 } second ? second : "SERVER-2";
        return string.Create(CultureInfo.InvariantCulture, $"""
            backend application
              option httpchk
              http-check send meth GET uri /IPSCFG/admin/monitor.aspx?mod=FT ver HTTP/1.1 hdr Host haconsole
              http-check expect string ACTIVE
              timeout check {Milliseconds(numbers.Timeout)}
              default-server check port {node.HttpPort} inter {interval} fall {numbers.Fall} rise {numbers.Rise} on-marked-down shutdown-sessions
              server server1 {one}:APPLICATION-PORT
              server server2 {two}:APPLICATION-PORT
            """);
    }

    private static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0}ms");
}

using System.Text;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Standby;

namespace HaConsole.Engine.Tests.Standby;

public sealed class StandbyAnswerTests
{
    private const string Target = "http://10.0.0.1:9000";

    [Theory]
    [InlineData("GET / HTTP/1.1", "/")]
    [InlineData("GET /a/b?x=1&y=%20 HTTP/1.1", "/a/b?x=1&y=%20")]
    [InlineData("POST /a HTTP/1.0", "/a")]
    [InlineData("OPTIONS * HTTP/1.1", "/")]
    [InlineData("GET //evil.example/a HTTP/1.1", "/evil.example/a")]
    [InlineData("GET ///evil.example HTTP/1.1", "/evil.example")]
    [InlineData("GET http://evil.example/a?b HTTP/1.1", "/a?b")]
    [InlineData("GET http://evil.example HTTP/1.1", "/")]
    [InlineData("GET https://evil.example?b HTTP/1.1", "/?b")]
    [InlineData("GET http://evil.example//other.example HTTP/1.1", "/other.example")]
    public void A_request_is_redirected_with_its_path_and_query_and_nothing_else_of_it(string line, string path)
    {
        var answer = Ask(line + "\r\nHost: evil.example\r\n\r\n", Target);
        Assert.StartsWith($"HTTP/1.1 307 Temporary Redirect\r\nLocation: {Target}{path}\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Host", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("GET /a")]
    [InlineData("GET /a b HTTP/1.1")]
    [InlineData("GET a HTTP/1.1")]
    [InlineData("GET /a\rSet-Cookie:x=1 HTTP/1.1")]
    [InlineData("GET /a\nSet-Cookie:x=1 HTTP/1.1")]
    [InlineData("GET /\\evil.example HTTP/1.1")]
    [InlineData("GET /é HTTP/1.1")]
    [InlineData("GET /<script> HTTP/1.1")]
    [InlineData("CONNECT evil.example:443 HTTP/1.1")]
    [InlineData("\u0016\u0003\u0001 hello")]
    public void What_is_no_legal_request_gets_400_and_no_location(string line)
    {
        var answer = Ask(line + "\r\n\r\n", Target);
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Location", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_target_it_is_503_with_the_time_to_wait_and_HEAD_has_no_body()
    {
        var get = Ask("GET /a HTTP/1.1\r\n\r\n", "");
        Assert.StartsWith("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\n", get, StringComparison.Ordinal);
        Assert.EndsWith("This server is the Standby.\n", get, StringComparison.Ordinal);
        var head = Ask("HEAD /a HTTP/1.1\r\n\r\n", "");
        Assert.EndsWith("\r\n\r\n", head, StringComparison.Ordinal);
        Assert.Equal(get[..^28], head);
    }

    [Theory]
    [InlineData("", false, "", "10.0.0.2", "http://10.0.0.2:9000")]
    [InlineData("", true, "10.0.0.100", "10.0.0.2", "http://10.0.0.100:9000")]
    [InlineData("", false, "10.0.0.100", "10.0.0.2", "http://10.0.0.2:9000")]
    [InlineData("", false, "", "fd00::2", "http://[fd00::2]:9000")]
    [InlineData("https://portal.example.com/", true, "10.0.0.100", "10.0.0.2", "https://portal.example.com")]
    [InlineData("", false, "", "", "")]
    public void The_target_is_what_was_set_or_the_virtual_address_or_the_other_server(string set, bool useVip, string vip, string peer, string target)
        => Assert.Equal(target, StandbyAnswer.Target(new ServiceDefinition { Port = 9000, RedirectTo = set }, new HotStandbyParameters { UseVipToBuildUrls = useVip, VipAddress = vip }, peer));

    [Fact]
    public void Settings_are_refused_with_what_is_legal()
    {
        static ServiceDefinition Service(string name, int port, string target = "") => new() { Name = name, Command = "x", StandbyResponder = StandbyResponder.Redirect, Port = port, RedirectTo = target };
        static IEnumerable<string> Problems(params ServiceDefinition[] services)
            => ConfigurationRules.Problems(new PairConfiguration { Services = services }).Where(p => p.Key.StartsWith("Services", StringComparison.Ordinal)).Select(p => $"{p.Key} {p.IsWarning}");

        Assert.Empty(Problems(Service("a", 9000, "https://portal.example.com:8443")));
        Assert.Equal(["Services:0:Port False"], Problems(Service("a", 0)));
        Assert.Equal(["Services:0:Port False"], Problems(Service("a", 65536)));
        Assert.Equal(["Services:1:Port False"], Problems(Service("a", 9000), Service("b", 9000)));
        Assert.Equal(["Services:0:StandbyResponder True"], Problems(Service("a", 443)));
        foreach (var target in new[] { "portal", "ftp://a", "http://a/path", "http://a?x", "http://user@a", "http://a\\b", "http://a b", "http://a/\r\nX: y" })
        {
            Assert.Equal(["Services:0:RedirectTo False"], Problems(Service("a", 9000, target)));
        }

        var own = StandbyRules.OwnPorts(new NodeOptions { HttpPort = 8080, HttpsPort = 8443, PeerPort = 2011 }, new PairConfiguration { Services = [Service("a", 2011), Service("b", 9000)] });
        Assert.Equal(["Services:0:Port"], own.Select(p => p.Key));
    }

    private static string Ask(string head, string target) => Encoding.Latin1.GetString(StandbyAnswer.To(Encoding.Latin1.GetBytes(head), target, 7));
}

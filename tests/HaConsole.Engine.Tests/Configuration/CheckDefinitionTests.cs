using HaConsole.Engine.Configuration;
using HaConsole.Engine.Services;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Configuration;

/// <summary>What a definition of a check, and the needs of services, must say.</summary>
public sealed class CheckDefinitionTests
{
    [Theory]
    [InlineData("Timeout", "it should not be longer than the interval, 3 seconds", "http Interval=3 Url=http://x/")]
    [InlineData("ExpectedStatus", "it must be a list such as", "http Url=http://x/ ExpectedStatus=200-")]
    [InlineData("Header", "it must be the name of a header", "http Url=http://x/ Header=a=b(c")]
    [InlineData("Lookup", "it must be set for type dns", "dns")]
    [InlineData("Expected", "it must be an IP address", "dns Lookup=a Expected=b")]
    [InlineData("Path", "it must be set for type disk", "disk LeastPercent=1")]
    [InlineData("Path", "it must be an absolute path", "disk LeastPercent=1 Path=var")]
    [InlineData("LeastPercent", "it must be above 0 for type disk", "disk Path=/")]
    [InlineData("LeastPercent", "it must be above 0 for type memory", "memory")]
    [InlineData("LeastPercent", "it must be 0 … 100 percent", "memory LeastPercent=101")]
    [InlineData("Host", "it must be set for type certificate", "certificate Port=443")]
    [InlineData("Port", "it must be 1 … 65535 for type certificate", "certificate Host=x")]
    [InlineData("ConnectionFile", "it must be the file that holds the connection string", "sql")]
    [InlineData("ConnectionVariable", "it must be the name of an environment variable", "sql ConnectionVariable=Host=db;Password=x")]
    [InlineData("Main", "it must be host:port", "link")]
    [InlineData("Alternate", "it must differ from the main address", "link Main=a:1 Alternate=a:1")]
    [InlineData("SwitchAfter", "it must be 0 … 1000", "link Main=a:1 SwitchAfter=1001")]
    public void Problem_OfACheck_NamesTheKeyAndWhatIsLegal(string key, string message, string settings)
    {
        var problems = Problems(settings);

        var problem = Assert.Single(problems, p => p.Key == "Checks:0:" + key);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http Url=https://x/ ExpectedStatus=200,300-399 Header=Server BodyContains=ok LeastDays=14")]
    [InlineData("dns Lookup=pbx.example Host=10.0.0.1 Expected=fd00::1")]
    [InlineData("disk Path=/var LeastMegabytes=100")]
    [InlineData("memory LeastPercent=5")]
    [InlineData("certificate Host=x Port=443 LeastDays=14")]
    [InlineData("certificate Path=/etc/ssl/x.pem")]
    [InlineData("sql ConnectionFile=/etc/haconsole/db")]
    [InlineData("link Main=a:1 Alternate=b:1 FollowBack=false SwitchAfter=5")]
    public void Check_WithAllThatItNeeds_HasNoProblemAndSurvivesItsJson(string settings)
    {
        Assert.Empty(Problems(settings));

        var pair = new PairConfiguration { Checks = [Read(settings)] };
        Assert.Equal(PairConfiguration.FilesFormat, pair.NeededFormat);
        var read = SettingsText.Import(SettingsText.Export(new ConfigurationDocument(new Revision(1, 1, 1), "", default, "", pair)));
        Assert.Empty(read.Problems);
        Assert.Equal(pair.Checks[0], read.Content!.Checks[0]);
    }

    [Fact]
    public void NeededFormat_OfTheFirstFourTypes_IsTheFirst()
        => Assert.Equal(PairConfiguration.BasicFormat, new PairConfiguration { Checks = [Read("tcp Host=x Port=1 Severity=warning")] }.NeededFormat);

    [Fact]
    public void Needs_InACircle_AreRefusedWithTheCircleSpelledOut()
    {
        var pair = new PairConfiguration { Services = [Service("db"), Service("cti", "bus"), Service("bus", "db", "web"), Service("web", "cti")] };

        var problem = Assert.Single(ConfigurationRules.Problems(pair), p => p.Key.EndsWith("Needs", StringComparison.Ordinal));
        Assert.Equal(("Services:1:Needs", "Services:1:Needs make a circle, cti → bus → web → cti; it must be possible to start one of them first"), (problem.Key, problem.Message));
    }

    [Fact]
    public void Needs_OfNobodyOrOfAnOptionalService_AreRefused()
    {
        var pair = new PairConfiguration { Services = [Service("a", "b", "nobody", "up"), Service("b") with { Optional = true }], Checks = [Read("memory LeastPercent=1") with { Name = "up" }] };

        var problems = ConfigurationRules.Problems(pair).Where(p => p.Key == "Services:0:Needs").ToList();

        Assert.Contains(problems, p => p.Message.StartsWith("Services:0:Needs names b, which is optional", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, p => p.Message.Contains("names up", StringComparison.Ordinal));
        pair = pair with { Services = [Service("a", "nobody")] };
        Assert.Equal("Services:0:Needs names nobody; it must be the name of a service or of a check", Assert.Single(ConfigurationRules.Problems(pair)).Message);
        pair = pair with { Services = [Service("a", "A")] };
        Assert.Contains("must not need itself", ConfigurationRules.Problems(pair)[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ServiceOrder_FollowsTheNeedsThenTheList()
    {
        ServiceDefinition[] list = [Service("web", "bus", "up"), Service("a"), Service("db"), Service("bus", "db")];

        Assert.Equal(["db", "bus", "web", "a"], ServiceOrder.Of(list).Select(s => s.Name));
        Assert.Equal(["a", "b"], ServiceOrder.Of([Service("a"), Service("b", "a")]).Select(s => s.Name));
    }

    private static ServiceDefinition Service(string name, params string[] needs) => new() { Name = name, Command = "/bin/true", Needs = needs };

    private static IReadOnlyList<ConfigurationProblem> Problems(string settings) => ConfigurationRules.Problems(new PairConfiguration { Checks = [Read(settings)] });

    private static CheckDefinition Read(string settings)
    {
        var parts = settings.Split(' ');
        var check = new CheckDefinition { Name = "check", Type = Enum.Parse<CheckType>(parts[0], ignoreCase: true) };
        foreach (var part in parts[1..])
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            var property = typeof(CheckDefinition).GetProperty(part[..at])!;
            object value = property.PropertyType.IsEnum ? Enum.Parse(property.PropertyType, part[(at + 1)..], true) : Convert.ChangeType(part[(at + 1)..], property.PropertyType, System.Globalization.CultureInfo.InvariantCulture);
            property.SetValue(check, value);
        }

        return check;
    }
}

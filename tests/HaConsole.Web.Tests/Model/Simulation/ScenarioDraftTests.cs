using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using HaConsole.Simulation.Exploration;
using HaConsole.Simulation.Scenarios;
using HaConsole.Web.Model.Simulation;

namespace HaConsole.Web.Tests.Model.Simulation;

public class ScenarioDraftTests
{
    [Fact]
    public void Every_scenario_survives_the_editor_and_the_link()
    {
        for (var seed = 0L; seed < 200; seed++)
        {
            var scenario = ScenarioGenerator.Generate(seed);
            var text = ScenarioWriter.Write(scenario);

            var edited = ScenarioDraft.From(scenario).Read(out var problems);
            Assert.Empty(problems);
            Assert.Equal(text, ScenarioWriter.Write(edited!));

            var link = ScenarioLink.Encode(scenario);
            Assert.NotNull(link);
            Assert.Equal(Uri.EscapeDataString(link), link);
            Assert.Equal(text, ScenarioWriter.Write(ScenarioLink.Decode(link, out _)!));
        }
    }

    [Theory]
    [InlineData("", "$")]
    [InlineData("AAAA", "$")]
    [InlineData("<script>alert(1)</script>", "$")]
    [InlineData("💥", "$")]
    public void Decode_of_a_damaged_link_says_so(string link, string path)
    {
        Assert.Null(ScenarioLink.Decode(link, out var problems));
        Assert.Equal(path, Assert.Single(problems).Path);
    }

    [Fact]
    public void Decode_of_any_bytes_never_throws()
    {
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            Assert.Null(ScenarioLink.Decode(Base64Url.EncodeToString(bytes), out var problems));
            Assert.NotEmpty(problems);
        }
    }

    [Fact]
    public void Decode_of_a_link_that_unpacks_to_a_gigabyte_reads_no_more_than_allowed()
    {
        Assert.Null(ScenarioLink.Decode(Packed(new string(' ', 50_000_000)), out var problems));
        Assert.Contains("larger", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_of_a_link_with_wrong_values_names_each_with_its_path()
    {
        Assert.Null(ScenarioLink.Decode(Packed("""{"duration":-1,"settings":{"heartbeatInterval":"x","nonsense":1},"faults":[{"at":5,"fault":"boom"}]}"""), out var problems));

        Assert.Equal(["$.duration", "$.faults[0].fault", "$.settings.heartbeatInterval", "$.settings.nonsense"], problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Encode_of_a_scenario_that_is_too_long_makes_no_link()
    {
        var random = new Random(5);
        var faults = Enumerable.Range(0, 3000).Select(_ => new Fault(TimeSpan.FromMilliseconds(random.Next()), FaultKind.Loss) { Percent = random.NextDouble() * 100 });

        Assert.Null(ScenarioLink.Encode(new Scenario { Duration = TimeSpan.FromDays(100), Faults = [.. faults] }));
    }

    [Fact]
    public void Read_names_every_problem_at_its_field()
    {
        var draft = new ScenarioDraft { Duration = "soon", Name = new string('x', 300) };
        draft.Settings["heartbeatTimeout"] = "40";
        draft.Settings["failuresToSwitch"] = "2.5";
        draft.Settings["tickPhase.2"] = "-1";
        draft.Add(FaultKind.Crash, 1, TimeSpan.Zero).At = "<script>";
        draft.Add(FaultKind.Loss, 1, TimeSpan.Zero).Percent = "200";

        Assert.Null(draft.Read(out var problems));
        Assert.Equal(
            ["$.duration", "$.faults[0].at", "$.faults[1].percent", "$.name", "$.settings.failuresToSwitch", "$.settings.heartbeatTimeout", "$.settings.tickPhase.2"],
            problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_of_more_faults_than_the_console_takes_says_how_many()
    {
        var draft = new ScenarioDraft();
        for (var i = 0; i <= ScenarioDraft.MostFaults; i++)
        {
            draft.Add(FaultKind.Pause, 1, TimeSpan.Zero);
        }

        Assert.Null(draft.Read(out var problems));
        Assert.Equal("$.faults", Assert.Single(problems).Path);
    }

    [Fact]
    public void Move_keeps_a_fault_on_the_axis()
    {
        var draft = new ScenarioDraft { Duration = "10 min" };
        var fault = draft.Add(FaultKind.Crash, 1, TimeSpan.FromMinutes(9));

        draft.Move(fault, TimeSpan.FromMinutes(5));
        Assert.Equal("600", fault.At);
        draft.Move(fault, TimeSpan.FromHours(-5));
        Assert.Equal("0", fault.At);
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("1,5", 1.5)]
    [InlineData("1:30", 90)]
    [InlineData("1:00:00", 3600)]
    [InlineData("10 min", 600)]
    [InlineData("1h30min", 5400)]
    [InlineData("2 d", 172800)]
    [InlineData("250ms", 0.25)]
    public void Times_are_read_as_people_write_them(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out var read));
        Assert.Equal(seconds, read, 6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1:2:3:4")]
    [InlineData("10 parsecs")]
    [InlineData("5 5")]
    [InlineData("1e9")]
    [InlineData("NaN")]
    [InlineData("٣")]
    public void What_is_no_time_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    private static string Packed(string json)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            brotli.Write(Encoding.UTF8.GetBytes(json));
        }

        return Base64Url.EncodeToString(packed.ToArray());
    }
}

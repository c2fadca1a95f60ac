using HaConsole.Engine;
using HaConsole.Web.Model.Logs;

namespace HaConsole.Web.Tests.Model;

public sealed class LogWindowTests
{
    private const string Line = "2018/08/24_14:48:27:734 IPS Startup : SWITCH THIS SERVER TO PRIMARY, maximum heart beat fails";

    [Fact]
    public void Read_LineOfTheGuide_HasItsParts()
    {
        var line = LogLine.Read(Line);

        Assert.Equal(("2018/08/24_14:48:27:734", "IPS Startup", "SWITCH THIS SERVER TO PRIMARY, maximum heart beat fails"), (line.Time, line.Component, line.Message));
        Assert.Equal(LogTone.Bad, line.Tone);
        Assert.Equal(Line, line.Text);
    }

    [Theory]
    [InlineData("no form at all", "no form at all")]
    [InlineData("a\u001b[31mred\u0000", "a\uFFFD[31mred\uFFFD")]
    [InlineData("right\u202Eleft", "right\uFFFDleft")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    public void Read_StrangeLine_IsKeptAndControlCharactersAreVisible(string text, string expected) => Assert.Equal(expected, LogLine.Read(text).Text);

    [Fact]
    public void Append_GrownFile_AddsLinesAndGoesOn()
    {
        var window = new LogWindow();
        window.Set(new LogPart("ft.log", 100, 300, 300, "one\ntwo\n"));

        Assert.Equal(1, window.Append(new LogPart("ft.log", 300, 306, 306, "three\n")));
        Assert.Equal(["one", "two", "three"], window.Lines.Select(l => l.Text));
        Assert.Equal(306, window.Next);
        Assert.True(window.HasEarlier);
    }

    [Fact]
    public void Append_FileCutOff_BeginsAnew()
    {
        var window = new LogWindow();
        window.Set(new LogPart("ft.log", 0, 300, 300, "old\n"));

        window.Append(new LogPart("ft.log", 0, 4, 4, "new\n"));

        Assert.Equal(["new"], window.Lines.Select(l => l.Text));
    }

    [Fact]
    public void Append_MoreThanIsHeld_LetsTheOldestGo()
    {
        var window = new LogWindow();
        window.Set(new LogPart("ft.log", 0, 10, 10, string.Concat(Enumerable.Repeat("old\n", LogWindow.MostLines))));

        window.Append(new LogPart("ft.log", 10, 20, 20, "new\n"));

        Assert.Equal(LogWindow.MostLines, window.Lines.Count);
        Assert.Equal("new", window.Lines[^1].Text);
    }

    [Fact]
    public void Prepend_EarlierPart_ComesFirst()
    {
        var window = new LogWindow();
        window.Set(new LogPart("ft.log", 100, 300, 300, "two\n"));

        window.Prepend(new LogPart("ft.log", 0, 100, 300, "one\n"));

        Assert.Equal(["one", "two"], window.Lines.Select(l => l.Text));
        Assert.False(window.HasEarlier);
    }
}

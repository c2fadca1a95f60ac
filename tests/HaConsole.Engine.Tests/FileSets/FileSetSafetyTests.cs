using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;

namespace HaConsole.Engine.Tests.FileSets;

/// <summary>Links, owners, commands, and what is kept.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FileSetSafetyTests
{
    [Fact]
    public async Task ARootThatIsALink_IsWatchedAsWell()
    {
        await using var pair = new FileSetPair();
        Directory.Delete(pair.One.Root);
        Directory.CreateDirectory(pair.One.Root + ".real");
        File.CreateSymbolicLink(pair.One.Root, pair.One.Root + ".real");
        pair.Start();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);

        pair.One.Write("deep/er/file", "1");
        await pair.TrueAsync("it arrives", () => pair.Two.Read("deep/er/file") == "1");
    }

    [Fact]
    public async Task ADirectoryThatTurnsIntoALinkToElsewhere_LetsNothingInOrOut()
    {
        await using var pair = new FileSetPair();
        var outside = Directory.CreateDirectory(pair.One.Root + ".outside").FullName;
        File.WriteAllText(Path.Combine(outside, "secret"), "secret");
        for (var i = 0; i < 200; i++)
        {
            pair.One.Write($"d/f{i}", "1");
        }

        var mode = File.GetUnixFileMode(Path.Combine(outside, "secret"));
        pair.Start();
        await pair.EqualAsync();
        for (var i = 0; i < 30; i++)
        {
            foreach (var server in new[] { pair.One })
            {
                Directory.Move(server.At("d"), server.At("kept"));
                File.CreateSymbolicLink(server.At("d"), outside);
                File.WriteAllText(server.At($"kept/f{i}"), $"{i}");
                File.Delete(server.At("d"));
                if (Directory.Exists(server.At("kept")) && !Directory.Exists(server.At("d")))
                {
                    Directory.Move(server.At("kept"), server.At("d"));
                }
                else if (Directory.Exists(server.At("kept")))
                {
                    Directory.Delete(server.At("kept"), recursive: true);
                }
            }

            await pair.TrueAsync("the directory is there again", () => Directory.Exists(pair.One.At("d")) && Directory.Exists(pair.Two.At("d")) && !Directory.Exists(pair.Two.At("kept")));
        }

        await pair.EqualAsync();
        Assert.Equal(["secret"], Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName));
        Assert.Equal(mode, File.GetUnixFileMode(Path.Combine(outside, "secret")));
        Assert.DoesNotContain(Directory.EnumerateFiles(pair.Two.Root, "secret", SearchOption.AllDirectories), _ => true);
    }

    [Fact]
    public async Task WhatIsMovedAwayAndComesBack_IsNoDrift()
    {
        await using var pair = new FileSetPair();
        pair.One.Write("d/file", "1");
        pair.Start();
        await pair.EqualAsync();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        Directory.Move(pair.One.At("d"), pair.One.Root + ".elsewhere");
        await pair.EqualAsync();
        pair.IsCut = true;
        pair.Cut();
        Directory.Move(pair.One.Root + ".elsewhere", pair.One.At("d"));
        pair.IsCut = false;
        await pair.EqualAsync();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        Assert.Empty(pair.Two.Status.Drifts);

        // A file where a directory was is no drift either.
        pair.IsCut = true;
        pair.Cut();
        Directory.Delete(pair.One.At("d"), recursive: true);
        pair.One.Write("d", "a file now");
        pair.IsCut = false;
        await pair.EqualAsync();
        Assert.Empty(pair.Two.Status.Drifts);
    }

    [RootFact]
    public async Task OwnersAndModes_AreThoseOfTheActive()
    {
        await using var pair = new FileSetPair();
        pair.One.Write("program", "#!/bin/sh\n");
        pair.One.Write("large", new string('x', 300_000));
        pair.One.Write("closed/readonly", "1");
        foreach (var (path, mode) in new[] { ("program", "4755"), ("large", "2750"), ("closed/readonly", "400"), ("closed", "555") })
        {
            Run("chown", "12345:54321", pair.One.At(path));
            Run("chmod", mode, pair.One.At(path));
        }

        pair.Start();
        await pair.EqualAsync();
        foreach (var path in new[] { "program", "large", "closed", "closed/readonly" })
        {
            Assert.Equal(Run("stat", "-c", "%a %u %g", pair.One.At(path)), Run("stat", "-c", "%a %u %g", pair.Two.At(path)));
        }

        Run("chown", "1:2", pair.One.At("program"));
        Run("chmod", "700", pair.One.At("closed"));
        await pair.TrueAsync("they follow", () => Run("stat", "-c", "%a %u %g", pair.Two.At("program")) == Run("stat", "-c", "%a %u %g", pair.One.At("program"))
            && Run("stat", "-c", "%a", pair.Two.At("closed")) == "700\n");
    }

    [Theory]
    [InlineData("exit 3", "ended with 3")]
    [InlineData("sleep 60", "did not end within")]
    [InlineData("head -c 300000000 /dev/zero; exit 4", "ended with 4")]
    [InlineData("sleep 60 & exit 5", "ended with 5")]
    public async Task ACommandBeforeThatFails_KeepsEverythingAsItIs(string command, string sentence)
    {
        await using var pair = new FileSetPair(new FileSetDefinition { CommandBefore = command, CommandTimeout = command.StartsWith("head", StringComparison.Ordinal) ? 15 : 2 });
        pair.One.Write("file", "1");
        pair.Start();
        await pair.TrueAsync("reported", () => pair.One.Status.Problems.Any(p => p.Code == "pre-command" && p.Sentence.Contains(sentence, StringComparison.Ordinal)));
        Assert.Null(pair.Two.Read("file"));
    }

    [Theory]
    [InlineData("exit 3", "ended with 3")]
    [InlineData("sleep 60", "did not end within")]
    [InlineData("head -c 300000000 /dev/zero >&2; exit 4", "ended with 4")]
    public async Task ACommandAfterThatFails_IsReported(string command, string sentence)
    {
        await using var pair = new FileSetPair(new FileSetDefinition { CommandAfter = command, CommandTimeout = command.StartsWith("head", StringComparison.Ordinal) ? 15 : 2 });
        pair.One.Write("file", "1");
        pair.Start();
        await pair.TrueAsync("reported", () => pair.One.Status.Problems.Any(p => p.Code == "post-command" && p.Sentence.Contains(sentence, StringComparison.Ordinal)));
        Assert.Equal("1", pair.Two.Read("file"));
    }

    [Fact]
    public async Task ACommandThatHangs_DiesWithItsSession()
    {
        await using var pair = new FileSetPair(new FileSetDefinition { CommandBefore = "echo $$ > .haconsole/pid; exec sleep 600", CommandTimeout = 3600 });
        pair.One.Write("file", "1");
        pair.Start();
        var file = pair.Two.At(".haconsole/pid");
        await pair.TrueAsync("it runs", () => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'));
        var process = File.ReadAllText(file).Trim();
        pair.Two.Epoch = 2;
        pair.Two.Host.RoleIs(active: true, takeover: true, connected: true);
        await pair.TrueAsync("it is gone", () => !Directory.Exists($"/proc/{process}") || File.ReadAllText($"/proc/{process}/stat").Contains(") Z", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatBecomesExcluded_Stays_AndIsFollowedNoMore()
    {
        await using var pair = new FileSetPair();
        pair.One.Write("keep/a.tmp", "1");
        pair.One.Write("keep/b", "1");
        pair.Start();
        await pair.EqualAsync();
        var changed = pair.Set with { Exclude = ["*.tmp"] };
        pair.One.Host.Configure([changed]);
        pair.Two.Host.Configure([changed]);
        pair.One.Write("keep/a.tmp", "2");
        pair.One.Write("keep/b", "2");
        await pair.TrueAsync("the other one follows", () => pair.Two.Read("keep/b") == "2");
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        Assert.Equal("1", pair.Two.Read("keep/a.tmp"));

        Directory.Delete(pair.One.At("keep"), recursive: true);
        await pair.TrueAsync("the other one goes", () => pair.Two.Read("keep/b") is null);
        Assert.Equal("1", pair.Two.Read("keep/a.tmp"));
    }

    [Fact]
    public async Task WhatIsKeptForTooLong_IsRemovedByTheNextComparison_OnBothServers()
    {
        await using var pair = new FileSetPair(new FileSetDefinition { KeepDays = 2 });
        foreach (var server in new[] { pair.One, pair.Two })
        {
            server.Write(".haconsole/recycle/20200101-000000-000/d/old", "1");
            server.Write($".haconsole/recycle/{DateTime.UtcNow.AddDays(-1):yyyyMMdd-HHmmss-fff}/young", "1");
            server.Write(".haconsole/recycle/by-hand/x", "1");
        }

        pair.Start();
        await pair.TrueAsync("in sync", () => pair.One.Status.State == FileSetState.InSync);
        Assert.Equal(["x", "young"], pair.One.Recycled());
        Assert.Equal(["x", "young"], pair.Two.Recycled());

        pair.Two.Write(".haconsole/recycle/20200101-000000-000/d/old", "1");
        pair.One.Host.Command("set", FileSetCommand.Push);
        await pair.TrueAsync("removed", () => !pair.Two.Recycled().Contains("d/old"));
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return text;
    }
}

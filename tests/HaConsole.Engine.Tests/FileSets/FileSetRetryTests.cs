using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets;
using HaConsole.Engine.Tests.Loop;

namespace HaConsole.Engine.Tests.FileSets;

/// <summary>When what has failed is tried again.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FileSetRetryTests
{
    private readonly ManualTime time = new();

    [Fact]
    public async Task WhatCannotBeCopied_IsTriedAtGrowingPauses_AndSoonAgainAfterASuccess()
    {
        await using var pair = new FileSetPair(new FileSetDefinition { CommandBefore = "test ! -e .haconsole/refuse", CommandTimeout = 5 }, time);
        pair.Two.Write(".haconsole/refuse", "");
        pair.One.Write("file", "0");
        pair.Start();
        foreach (var pause in new[] { 10, 20, 40, 80, 160, 300, 300 })
        {
            await pair.TrueAsync($"a pause of {pause} s", () => NextTry(pair) == pause && pair.One.Status.State == FileSetState.OutOfSync);
            time.Advance(TimeSpan.FromSeconds(pause));

            // Wakes whoever waits for changes, who looks at the clock then.
            pair.One.Write("file", $"after {pause}");
        }

        await pair.TrueAsync("it has failed once more", () => NextTry(pair) == 300);
        File.Delete(pair.Two.At(".haconsole/refuse"));
        time.Advance(TimeSpan.FromMinutes(5));
        pair.One.Write("file", "good");
        await pair.TrueAsync("in sync", () => pair.One.Status is { State: FileSetState.InSync, NextTryAt: null });
        Assert.Equal("good", pair.Two.Read("file"));

        pair.Two.Write(".haconsole/refuse", "");
        pair.One.Write("file", "bad");
        await pair.TrueAsync("from the start", () => NextTry(pair) == 10);
    }

    [Fact]
    public async Task ARefusal_IsTriedAtGrowingPauses_AndAtOnceWhenTheOtherServerIsBack()
    {
        await using var pair = new FileSetPair(time: time);
        pair.One.Write("file", "1");
        pair.Two.Epoch = 2;
        pair.Start();
        foreach (var pause in new[] { 2, 4, 8 })
        {
            await pair.TrueAsync($"a pause of {pause} s", () => NextTry(pair) == pause);
            Assert.Contains("later epoch", pair.One.Status.Sentence, StringComparison.Ordinal);
            time.Advance(TimeSpan.FromSeconds(pause));
        }

        await pair.TrueAsync("refused again", () => NextTry(pair) == 16);
        pair.Two.Epoch = 1;
        pair.One.Host.RoleIs(active: true, takeover: false, connected: false);
        pair.One.Host.RoleIs(active: true, takeover: false, connected: true);
        await pair.TrueAsync("in sync", () => pair.One.Status is { State: FileSetState.InSync, NextTryAt: null });
        await pair.EqualAsync();
    }

    [Fact]
    public async Task AFetchThatFails_IsTriedAtGrowingPauses()
    {
        await using var pair = new FileSetPair(new FileSetDefinition { Automatic = false, CommandBefore = "test ! -e .haconsole/refuse", CommandTimeout = 5 }, time);
        pair.Two.Write("precious", "1");
        pair.One.Write(".haconsole/refuse", "");
        pair.Start();
        await pair.TrueAsync("it differs", () => pair.One.Status.State == FileSetState.OutOfSync);
        pair.One.Host.Command("set", FileSetCommand.Fetch);
        foreach (var pause in new[] { 2, 4, 8 })
        {
            await pair.TrueAsync($"a pause of {pause} s", () => NextTry(pair) == pause);
            time.Advance(TimeSpan.FromSeconds(pause));
        }

        await pair.TrueAsync("it has failed again", () => NextTry(pair) == 16);
        File.Delete(pair.One.At(".haconsole/refuse"));
        time.Advance(TimeSpan.FromSeconds(16));
        await pair.EqualAsync();
        Assert.Equal("1", pair.One.Read("precious"));
    }

    private double? NextTry(FileSetPair pair) => pair.One.Status.NextTryAt is { } at ? (at - time.GetUtcNow()).TotalSeconds : null;
}

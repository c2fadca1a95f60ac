using System.Collections.Concurrent;
using HaConsole.Web.Live;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests.Live;

/// <summary>In which order open pages are drawn.</summary>
public sealed class LivePagesTests
{
    [Fact]
    public async Task ChangeOfARole_IsInAllHeaders_BeforeAnythingElseIsDrawn()
    {
        var (pages, drawn) = (new LivePages(TimeProvider.System), new ConcurrentQueue<string>());
        using var over = new CancellationTokenSource();
        for (var i = 0; i < 20; i++)
        {
            pages.Add(new Part(false, "body", drawn));
            pages.Add(new Part(true, "header", drawn));
        }

        var telling = pages.TellAsync(over.Token);
        pages.Tell(true);

        Assert.Equal(Enumerable.Repeat("header", 20), drawn);
        await Eventually.TrueAsync(() => drawn.Count == 40);
        Assert.Equal(Enumerable.Repeat("body", 20), drawn.Skip(20));
        await over.CancelAsync();
        await telling;
    }

    [Fact]
    public async Task Page_WhoseCircuitIsBusy_DoesNotHoldUpTheOthers()
    {
        var (pages, drawn) = (new LivePages(TimeProvider.System), new ConcurrentQueue<string>());
        using var over = new CancellationTokenSource();
        var busy = new TaskCompletionSource();
        for (var i = 0; i < 8; i++)
        {
            pages.Add(new Part(false, "busy", drawn) { Until = busy.Task });
            pages.Add(new Part(false, "body", drawn));
        }

        var telling = pages.TellAsync(over.Token);
        pages.Tell(false);

        await Eventually.TrueAsync(() => drawn.Count(name => name == "body") == 8);
        busy.SetResult();
        await over.CancelAsync();
        await telling;
    }

    [Fact]
    public async Task Part_ThatIsGone_OrHasNothingNew_IsNotDrawn()
    {
        var (pages, drawn) = (new LivePages(TimeProvider.System), new ConcurrentQueue<string>());
        using var over = new CancellationTokenSource();
        Part gone = new(false, "gone", drawn), last = new(false, "last", drawn);
        pages.Add(gone);
        pages.Add(new Part(true, "content", drawn) { News = false });
        pages.Add(new Part(false, "content", drawn) { News = false });
        pages.Add(last);
        pages.Remove(gone);

        var telling = pages.TellAsync(over.Token);
        pages.Tell(true);

        await Eventually.TrueAsync(() => !drawn.IsEmpty);
        await over.CancelAsync();
        await telling;
        Assert.Equal(["last"], drawn);
    }

    private sealed class Part(bool first, string name, ConcurrentQueue<string> drawn) : ILivePart
    {
        public bool First => first;

        public bool News { get; init; } = true;

        public Task Until { get; init; } = Task.CompletedTask;

        public bool Wants() => News;

        public Task ShowAsync()
        {
            drawn.Enqueue(name);
            return Until;
        }
    }
}

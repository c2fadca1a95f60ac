using HaConsole.Engine.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Loop;

public sealed class LoopQueueTests
{
    [Fact]
    public void Post_BeyondTheCapacity_DropsTheOldestFactsAndNoOrder()
    {
        var queue = new LoopQueue();
        var orders = new[] { Item(mustArrive: true), Item(mustArrive: true) };
        var oldest = new TaskCompletionSource<PeerReport>();
        queue.Post(orders[0]);
        queue.Post(new LoopItem(NodeInput.Wake, oldest));
        queue.Post(orders[1]);
        for (var i = 0; i < 3 * LoopQueue.Capacity; i++)
        {
            queue.Post(Item());
        }

        var taken = new List<LoopItem>();
        while (queue.Take(TimeSpan.Zero) is { } item)
        {
            taken.Add(item);
        }

        Assert.Equal(LoopQueue.Capacity, taken.Count);
        Assert.Equal(orders, taken.Where(item => item.MustArrive));
        Assert.True(oldest.Task.IsCanceled);
    }

    [Fact]
    public void Post_BeyondTheCapacityWithOrdersAlone_IsBoundedToo()
    {
        var queue = new LoopQueue();
        for (var i = 0; i < LoopQueue.Capacity + 5; i++)
        {
            queue.Post(Item(mustArrive: true));
        }

        var count = 0;
        while (queue.Take(TimeSpan.Zero) is not null)
        {
            count++;
        }

        Assert.Equal(LoopQueue.Capacity, count);
    }

    [Fact]
    public async Task Take_WhileItWaits_IsWokenByAPost()
    {
        var queue = new LoopQueue();
        var posted = Item();
        var taking = Task.Run(() => queue.Take(TimeSpan.FromSeconds(60)));

        queue.Post(posted);

        Assert.Same(posted, await taking.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Close_CancelsWhoWaitsForAnAnswerNowAndLater()
    {
        var queue = new LoopQueue();
        var before = new TaskCompletionSource<PeerReport>();
        var after = new TaskCompletionSource<PeerReport>();
        queue.Post(new LoopItem(NodeInput.Wake, before));

        queue.Close();
        queue.Post(new LoopItem(NodeInput.Wake, after));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => before.Task);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => after.Task);
        Assert.Null(queue.Take(TimeSpan.FromSeconds(60)));
    }

    private static LoopItem Item(bool mustArrive = false) => new(NodeInput.Wake, mustArrive: mustArrive);
}

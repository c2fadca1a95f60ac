using HaConsole.Storage;
using HaConsole.Web.Model.History;

namespace HaConsole.Web.Tests.Model.History;

public sealed class EventListTests
{
    private readonly List<EventRow> all = [.. Enumerable.Range(1, 1000).Reverse().Select(n => Row(1, n))];
    private int asked;

    [Fact]
    public async Task Range_BeyondWhatIsHeld_AsksForOlderOnesUntilThereAreEnough()
    {
        var list = new EventList(OlderAsync);
        list.Set(await OlderAsync(null, CancellationToken.None));

        var rows = await list.RangeAsync(450, 50, CancellationToken.None);

        Assert.Equal(Enumerable.Range(501, 50).Reverse(), rows.Select(r => (int)r.Sequence));
        Assert.Equal(3, asked);
        Assert.Equal(600 + EventList.PageRows, list.Total);
    }

    [Fact]
    public async Task Range_ToTheEnd_SaysHowManyThereAreAndAsksNoMore()
    {
        var list = new EventList(OlderAsync);
        list.Set(await OlderAsync(null, CancellationToken.None));

        Assert.Empty(await list.RangeAsync(1000, 10, CancellationToken.None));
        Assert.Equal(1000, list.Total);
        Assert.False(list.HasOlder);
    }

    [Fact]
    public async Task Range_OfAListThatIsFull_StopsAndSaysSo()
    {
        var list = new EventList(OlderAsync, most: 400);
        list.Set(await OlderAsync(null, CancellationToken.None));

        await list.RangeAsync(900, 50, CancellationToken.None);

        Assert.True(list.IsFull);
        Assert.Equal(400, list.Rows.Count);
    }

    [Fact]
    public void News_CountsWhatEachServerHasAddedSince()
    {
        var list = new EventList(OlderAsync);
        list.Set(new EventPage { Rows = [Row(1, 900), Row(2, 40)] });

        Assert.Equal(2, list.News([Row(1, 901), Row(1, 900), Row(2, 41), Row(2, 40)]));
    }

    [Fact]
    public void News_OfAServerThatCountsAnew_AreCounted()
    {
        var list = new EventList(OlderAsync);
        list.Set(new EventPage { Rows = [Row(1, 900)] });

        Assert.Equal(1, list.News([Row(1, 3, generation: 1), Row(1, 900)]));
    }

    private static EventRow Row(int server, long sequence, int generation = 0) => new() { Pair = "default", Server = server, Sequence = sequence, Generation = generation, Epoch = 1, Kind = "k", Sentence = "s" };

    private Task<EventPage> OlderAsync(EventCursor? before, CancellationToken cancellationToken)
    {
        asked++;
        var rows = all.Where(r => before is not { } place || EventCursor.Of(r) < place).Take(EventList.PageRows).ToList();
        var last = rows[^1].Sequence > 1 ? EventCursor.Of(rows[^1]) : (EventCursor?)null;
        return Task.FromResult(new EventPage { Rows = rows, Older = last });
    }
}

using System.Collections.Concurrent;
using System.Threading.Channels;

namespace HaConsole.Web.Live;

/// <summary>A part of an open page that shows the snapshot.</summary>
public interface ILivePart
{
    /// <summary>It says who is Active, which people wait for: drawn before anything else on any page.</summary>
    bool First { get; }

    /// <summary>Whether there is something new for it; called on any thread.</summary>
    bool Wants();

    /// <summary>Draws it on its circuit; ends when it is drawn. Never throws.</summary>
    Task ShowAsync();
}

/// <summary>
/// The open pages. A change of a role goes to the headers of all pages at once; everything else is drawn after that, gathered and a few pages at a
/// time, so that hundreds of pages neither hold up the next change of a role nor the engine.
/// </summary>
public sealed class LivePages(TimeProvider time)
{
    /// <summary>After a change of a role the rest of the pages waits this long: a switch is a dozen changes within a second.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);

    /// <summary>A page whose circuit is busy is not waited for longer than that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private static readonly int AtOnce = Math.Max(1, Environment.ProcessorCount / 2);

    private readonly ConcurrentDictionary<ILivePart, bool> heads = [];
    private readonly ConcurrentDictionary<ILivePart, bool> others = [];
    private readonly Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long urgentAt = long.MinValue;

    /// <summary>A part is there from now on.</summary>
    public void Add(ILivePart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        (part.First ? heads : others)[part] = true;
    }

    /// <summary>A part is gone.</summary>
    public void Remove(ILivePart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        (part.First ? heads : others).TryRemove(part, out _);
    }

    /// <summary>There is a new snapshot. Hands over and returns at once.</summary>
    /// <param name="urgent">A role has changed.</param>
    public void Tell(bool urgent)
    {
        foreach (var (head, _) in heads)
        {
            if (head.Wants())
            {
                _ = head.ShowAsync();
            }
        }

        if (urgent)
        {
            Volatile.Write(ref urgentAt, time.GetTimestamp());
        }

        news.Writer.TryWrite(urgent);
    }

    /// <summary>Tells what is not urgent, until the server stops.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await news.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                await LetRestAsync(cancellationToken).ConfigureAwait(false);
                news.Reader.TryRead(out _);
                await TellOthersAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <summary>Waits once for the time after the first of several changes of a role, not after the last: pages must not wait without end.</summary>
    private Task LetRestAsync(CancellationToken cancellationToken)
    {
        var at = Volatile.Read(ref urgentAt);
        var left = at == long.MinValue ? TimeSpan.Zero : Rest - time.GetElapsedTime(at);
        return left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;
    }

    private async Task TellOthersAsync(CancellationToken cancellationToken)
    {
        List<Task> running = [];
        foreach (var (part, _) in others)
        {
            if (part.Wants())
            {
                running.Add(part.ShowAsync());
            }

            if (running.Count >= AtOnce)
            {
                await Task.WhenAny(Task.WhenAll(running), Task.Delay(Patience, time, cancellationToken)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                running.Clear();
            }
        }
    }
}

using System.Collections.Concurrent;

namespace HaConsole.Web.Authentication;

/// <summary>
/// Makes guessing slow without ever locking anybody out for good. Failures are counted for an account from one address, for an address
/// and for an account; each has a delay that doubles with every failure and a bound. The delay of an account from everywhere is bounded
/// by half a minute, so that whoever guesses from many addresses cannot keep its owner away; a password reset clears it.
/// </summary>
public sealed class SignInBrake(TimeProvider time)
{
    private const int MostCounters = 20_000;
    private static readonly TimeSpan Forget = TimeSpan.FromMinutes(30);
    private readonly ConcurrentDictionary<string, Counter> counters = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long a sign-in must still wait; zero when it may be tried.</summary>
    public TimeSpan Wait(string account, string address) => Keys(account, address).Select(Left).Max();

    /// <summary>Counts a failure; the delay that follows.</summary>
    public TimeSpan Failed(string account, string address)
    {
        Sweep();
        var now = time.GetTimestamp();
        foreach (var key in Keys(account, address))
        {
            counters.AddOrUpdate(key.Name, _ => new Counter(1, now), (_, old) => Stale(old) ? new Counter(1, now) : new Counter(old.Failures + 1, now));
        }

        return Wait(account, address);
    }

    /// <summary>A sign-in worked: that account from there starts anew.</summary>
    public void Succeeded(string account, string address)
    {
        var keys = Keys(account, address);
        counters.TryRemove(keys[0].Name, out _);
        counters.TryRemove(keys[1].Name, out _);
    }

    /// <summary>An admin has reset the account: no delay from anywhere.</summary>
    public void Clear(string account)
    {
        foreach (var key in counters.Keys.Where(k => k.StartsWith($"both {account} ", StringComparison.OrdinalIgnoreCase) || string.Equals(k, $"account {account}", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            counters.TryRemove(key, out _);
        }
    }

    private static Key[] Keys(string account, string address) =>
    [
        new($"both {account} {address}", 5, TimeSpan.FromMinutes(15)),
        new($"address {address}", 15, TimeSpan.FromMinutes(5)),
        new($"account {account}", 30, TimeSpan.FromSeconds(30)),
    ];

    private TimeSpan Left(Key key)
    {
        if (!counters.TryGetValue(key.Name, out var counter) || counter.Failures < key.Free || Stale(counter))
        {
            return TimeSpan.Zero;
        }

        var seconds = Math.Min(key.Longest.TotalSeconds, 5 * Math.Pow(2, Math.Min(16, counter.Failures - key.Free)));
        var left = TimeSpan.FromSeconds(seconds) - time.GetElapsedTime(counter.Last);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private bool Stale(Counter counter) => time.GetElapsedTime(counter.Last) > Forget;

    /// <summary>Bounds the memory that somebody with many names and addresses can take.</summary>
    private void Sweep()
    {
        if (counters.Count < MostCounters)
        {
            return;
        }

        foreach (var entry in counters.OrderBy(c => c.Value.Last).Take(MostCounters / 4).ToList())
        {
            counters.TryRemove(entry.Key, out _);
        }
    }

    private readonly record struct Counter(int Failures, long Last);

    private readonly record struct Key(string Name, int Free, TimeSpan Longest);
}

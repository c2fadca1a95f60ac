namespace HaConsole.Web.Model.Drills;

/// <summary>How long no server answered ACTIVE on its health URL: what a load balancer, and so a client, sees.</summary>
public sealed class ClientGaps
{
    private TimeSpan? lastServed;
    private TimeSpan? gapSince;
    private TimeSpan longest;

    /// <summary>Since when no server answers ACTIVE; null while one does.</summary>
    public TimeSpan? GapSince => gapSince;

    /// <summary>One was seen that served.</summary>
    public bool Seen => lastServed is not null;

    /// <summary>Longest gap so far, one that is not over included.</summary>
    public TimeSpan Longest(TimeSpan now) => gapSince is { } since && now - since > longest ? now - since : longest;

    /// <summary>Both servers were asked.</summary>
    /// <param name="served">One answered ACTIVE.</param>
    /// <param name="now">When they were asked, on a clock that only grows.</param>
    public void See(bool served, TimeSpan now)
    {
        longest = Longest(now);
        if (served)
        {
            (lastServed, gapSince) = (now, null);
        }
        else if (lastServed is { } last)
        {
            // It may have ended just after the last good answer: the gap is rather told too long than too short.
            gapSince ??= last;
            longest = Longest(now);
        }
    }
}

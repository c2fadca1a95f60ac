using System.Globalization;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <content>The lease: without the engine's renewals the services are stopped, and what has not stopped in time is killed.</content>
public sealed partial class ServiceSet
{
    /// <summary>Part of the time between the end of the lease and the moment at which all must be gone that an orderly stop may take.</summary>
    private const double OrderlyPart = 0.7;

    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(1);
    private readonly ITimer leaseTimer;
    private LeaseSign? lease;
    private long? releasedAt;
    private bool hurried;
    private GuardReport guard = GuardReport.None;

    internal bool LeaseValid => this.lease is not { } lease || options.Time.GetElapsedTime(lease.At) < lease.ValidFor;

    /// <summary>Keep the services for that long from now; without another call they are stopped then.</summary>
    /// <param name="validFor">Until the orderly stop begins.</param>
    /// <param name="goneBy">Until what still runs is killed, and addresses are removed without waiting for anything; not given: a third later.</param>
    public void Renew(TimeSpan validFor, TimeSpan goneBy = default)
    {
        var now = options.Time.GetTimestamp();
        RenewBy(new LeaseSign(now, now, validFor, goneBy < validFor ? validFor * 4 / 3 : goneBy));
    }

    /// <summary>Gives a lease to services that were started without one, because whoever ordered them is gone.</summary>
    /// <param name="validFor">Time until they are stopped.</param>
    public void RenewIfNever(TimeSpan validFor)
    {
        lock (Gate)
        {
            if (this.lease is null)
            {
                Renew(validFor);
            }
        }
    }

    /// <summary>
    /// As <see cref="Renew"/>, by a sign that has taken its time to get here: one that has waited while this process or the link stood still
    /// is worth only what is left of it.
    /// </summary>
    internal void RenewBy(LeaseSign sign)
    {
        lock (Gate)
        {
            var expired = !LeaseValid;
            if (this.lease is { } former)
            {
                if (former.At > sign.At)
                {
                    return;
                }

                if (expired && !Follows(sign, former))
                {
                    // An ended lease is not taken up again: whether the services may run is for a new order to say.
                    LookAtLease();
                }
            }

            this.lease = sign;
            SetTimer();
            if (expired)
            {
                CheckWaiters();
            }
        }
    }

    /// <summary>Adds something that the engine must tell, whichever worker is there to do so.</summary>
    internal void Note(string kind, string sentence)
    {
        lock (Gate)
        {
            guard = guard.With(kind, sentence, options.Time.GetUtcNow());
            Publish();
        }
    }

    /// <summary>The engine has told everything up to this number.</summary>
    internal void Told(long number)
    {
        lock (Gate)
        {
            guard = guard with { Told = Math.Max(guard.Told, number) };
            Publish();
        }
    }

    private void LookAtLease()
    {
        lock (Gate)
        {
            if (!LeaseValid && options.LatestSign?.Invoke() is { } latest && this.lease is { } known && Follows(latest, known))
            {
                // It was this process that stood still, and has not read its messages yet.
                this.lease = latest;
            }

            if (this.lease is not { } lease || LeaseValid)
            {
                // The timer was early by its resolution, or a renewal came just now.
                SetTimer();
                return;
            }

            if (this.wanted)
            {
                releasedAt = options.Time.GetTimestamp();
                Order(wanted: false, this.epoch, "stopped because the engine did not renew its lease");
                TellReleased(lease);
            }

            if (options.Time.GetElapsedTime(lease.At) >= HurryAfter(lease))
            {
                Hurry();
            }

            SetTimer();
        }
    }

    // The order counted for the services that ran then: it says whether something had to be released at all.
    private void TellReleased(LeaseSign lease)
    {
        var running = units.Where(unit => unit.State is not ServicesState.Stopped).Select(unit => unit.Definition.Name.Replace(AddressPrefix, "address ", StringComparison.Ordinal)).ToList();
        if (running.Count > 0)
        {
            var silent = options.Time.GetElapsedTime(lease.At).TotalSeconds;
            Note("guard-released", string.Create(CultureInfo.InvariantCulture, $"The engine gave no sign of life for {silent:0.0} s; the supervisor released {string.Join(", ", running)} without its help."));
        }
    }

    /// <summary>The peer may be about to take over: whatever still runs is killed, and nothing waits for anything any more.</summary>
    private void Hurry()
    {
        if (hurried || this.wanted || releasedAt is null)
        {
            return;
        }

        releasedAt = null;
        var late = units.Concat(leaving).Where(unit => unit.State is not ServicesState.Stopped).ToList();
        if (late.Count == 0)
        {
            return;
        }

        hurried = true;
        Note("guard-killed", $"{string.Join(", ", late.Select(unit => unit.Definition.Name))} had not stopped when the other server might take over, and was killed.");
        late.ForEach(unit => unit.Hurry());
        CheckWaiters();
    }

    private void SetTimer()
    {
        if (this.lease is not { } lease)
        {
            return;
        }

        var passed = options.Time.GetElapsedTime(lease.At);
        if (LeaseValid || (releasedAt is not null && !hurried))
        {
            var left = (passed < lease.ValidFor ? lease.ValidFor : HurryAfter(lease)) - passed;
            leaseTimer.Change(left > TimerResolution ? left : TimerResolution, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Its series began before the former lease had ended.</summary>
    private bool Follows(LeaseSign sign, LeaseSign former) => sign.At > former.At && options.Time.GetElapsedTime(former.At, sign.Since) < former.ValidFor;

    private static TimeSpan HurryAfter(LeaseSign lease) => lease.ValidFor + ((lease.GoneBy - lease.ValidFor) * OrderlyPart);
}

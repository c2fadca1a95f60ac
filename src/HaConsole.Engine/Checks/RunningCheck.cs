using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Checks;

/// <summary>One check with its own rhythm.</summary>
internal sealed class RunningCheck : IAsyncDisposable
{
    /// <summary>Looks that are remembered.</summary>
    public const int MostHistory = 60;

    private readonly TimeProvider time;
    private readonly CheckTools tools;
    private readonly LinkSelector link;
    private readonly Action changed;
    private readonly CancellationTokenSource ending = new();
    private readonly Task loop;
    private volatile CheckStatus status;
    private readonly Queue<CheckLookTaken> history = new();
    private readonly SemaphoreSlim looking = new(1, 1);
    private Task<CheckLook>? hanging;
    private int failures;
    private int successes;

    public RunningCheck(CheckDefinition definition, CheckTools tools, Action changed)
    {
        Definition = definition;
        this.tools = tools;
        time = tools.Time;
        link = new LinkSelector(definition);
        this.changed = changed;
        var application = definition.Application.Length == 0 ? definition.Name : definition.Application;
        status = new CheckStatus(definition.Name, application, CheckState.Unknown, definition.Severity, "", null, time.GetUtcNow()) { Type = definition.Type, InUse = InUse };
        loop = Task.Run(RunAsync);
    }

    public CheckDefinition Definition { get; }

    public CheckStatus Status => status;

    private string InUse => Definition.Type == CheckType.Link ? link.InUse : "";

    public IReadOnlyList<CheckLookTaken> History
    {
        get
        {
            lock (history)
            {
                return [.. history];
            }
        }
    }

    /// <summary>One look beside the rhythm; it counts like any other.</summary>
    public async Task LookNowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TurnAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The check was removed meanwhile.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var interval = TimeSpan.FromSeconds(Definition.Interval);
        try
        {
            while (true)
            {
                var start = time.GetTimestamp();
                await TurnAsync(CancellationToken.None).ConfigureAwait(false);
                var rest = interval - time.GetElapsedTime(start);
                await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The check was removed.
        }
    }

    /// <summary>One look at a time: one that hangs must not be joined by more.</summary>
    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, cancellationToken);
        await looking.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            // Waiting for a turn is no part of the look: a busy server must not make a well application look slow.
            using var turn = await CheckTools.EnterAsync(Definition.Type, either.Token).ConfigureAwait(false);
            var start = time.GetTimestamp();
            CheckLook look;
            if (hanging is not null && !await EndsAsync(hanging).ConfigureAwait(false))
            {
                look = new CheckLook(false, "the look before still hangs", TimedOut: true);
            }
            else
            {
                (look, hanging) = await LookAsync().ConfigureAwait(false);
            }

            Take(look, time.GetElapsedTime(start));
        }
        finally
        {
            looking.Release();
        }
    }

    /// <summary>Whether a look that was told to end does so within the timeout: looks must not pile up.</summary>
    private async Task<bool> EndsAsync(Task<CheckLook> look)
    {
        var limit = Task.Delay(TimeSpan.FromSeconds(Definition.Timeout), time, ending.Token);
        var first = await Task.WhenAny(look, limit).ConfigureAwait(false);
        ending.Token.ThrowIfCancellationRequested();
        return first == look;
    }

    /// <summary>One look, ended by the timeout whatever it does; the second part is a look that did not obey.</summary>
    private async Task<(CheckLook Look, Task<CheckLook>? Hanging)> LookAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        var look = CheckLooks.LookAsync(Definition, tools, link, limit.Token);
        try
        {
            return (await look.WaitAsync(TimeSpan.FromSeconds(Definition.Timeout), time, ending.Token).ConfigureAwait(false), null);
        }
        catch (TimeoutException)
        {
            await limit.CancelAsync().ConfigureAwait(false);
            _ = look.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return (new CheckLook(false, $"no answer within {ProblemRules.Show(Definition.Timeout)} s", TimedOut: true), look);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await limit.CancelAsync().ConfigureAwait(false);
            throw;
        }
        catch (Exception e)
        {
            // A check must not end the checks: what nobody expected is a failure with its text.
            return (new CheckLook(false, CheckLooks.Line(e.Message)), null);
        }
    }

    private void Take(CheckLook look, TimeSpan latency)
    {
        var before = status;
        failures = look.Succeeded ? 0 : failures + 1;
        successes = look.Succeeded ? successes + 1 : 0;

        // The first success is believed at once: there is nothing yet that it could contradict.
        var state = look.Succeeded && (successes >= Definition.Rise || before.State == CheckState.Unknown) ? CheckState.Up
            : !look.Succeeded && failures >= Definition.Fall ? CheckState.Down
            : before.State;
        lock (history)
        {
            history.Enqueue(new CheckLookTaken(time.GetTimestamp(), look.Succeeded, look.TimedOut, latency, look.Detail));
            if (history.Count > MostHistory)
            {
                history.Dequeue();
            }
        }

        status = before with { Failing = !look.Succeeded, Failures = failures, InUse = InUse, State = state, Detail = look.Detail, Latency = latency, LastAt = time.GetUtcNow(), Since = state == before.State ? before.Since : time.GetUtcNow() };
        if (state != before.State || look.Detail != before.Detail || before.Failing == look.Succeeded || (Definition.SwitchAfter > 0 && !look.Succeeded))
        {
            changed();
        }
    }
}

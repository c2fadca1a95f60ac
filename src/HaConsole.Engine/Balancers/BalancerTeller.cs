using System.Globalization;
using System.Threading.Channels;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Loop;
using HaConsole.Failover;

namespace HaConsole.Engine.Balancers;

/// <summary>One runtime API as it was reached last.</summary>
/// <param name="Endpoint">Its address.</param>
/// <param name="Reached">It took the last word; null before the first.</param>
/// <param name="Detail">Why not, or what it complains about; else empty.</param>
/// <param name="At">When (UTC); null before the first.</param>
/// <param name="Milliseconds">How long the exchange took.</param>
/// <param name="Servers">State of each server there, <c>backend/server</c> to HAProxy's own word.</param>
public sealed record BalancerTold(string Endpoint, bool? Reached, string Detail, DateTimeOffset? At, double Milliseconds, IReadOnlyDictionary<string, string> Servers);

/// <summary>
/// Tells each runtime API what this server is. Each has a task of its own, so that one that hangs delays neither the others nor a switch. A
/// word that was overtaken by a later one is left out; one that failed is repeated. While this server serves, what was told is looked after: a
/// balancer that was started anew has forgotten it.
/// </summary>
internal sealed class BalancerTeller(EngineClock engineClock, int rank) : IAsyncDisposable
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(250);
    private readonly EngineClock clock = engineClock;
    private readonly int own = rank;
    private readonly Lock gate = new();
    private List<Target> targets = [];
    private LoadBalancerSettings settings = new();
    private volatile Word word = new(BalancerPhase.Standby, 0);

    public required Action<string, string, Severity> Event { get; init; }

    public required Action Changed { get; init; }

    public IReadOnlyList<BalancerTold> Shown => [.. targets.Select(t => t.Told)];

    public void Configure(LoadBalancerSettings wanted)
    {
        lock (gate)
        {
            if (wanted.Equals(settings))
            {
                return;
            }

            settings = wanted;
            foreach (var old in targets)
            {
                old.Dispose();
            }

            targets = [.. wanted.Runtime.Distinct(StringComparer.Ordinal).Select(endpoint => new Target(this, endpoint, wanted))];
        }
    }

    /// <summary>Returns at once; called by the engine's loop before it carries out the effects of a turn.</summary>
    public void Is(BalancerPhase phase)
    {
        if (phase == word.Phase)
        {
            return;
        }

        word = new Word(phase, word.Number + 1);
        foreach (var target in targets)
        {
            target.Wake();
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<Target> all;
        lock (gate)
        {
            (all, targets) = (targets, []);
        }

        foreach (var target in all)
        {
            target.Dispose();
        }

        await Task.WhenAll(all.Select(t => t.Ended));
    }

    private sealed record Word(BalancerPhase Phase, long Number);

    private sealed class Target : IDisposable
    {
        private readonly BalancerTeller teller;
        private readonly LoadBalancerSettings settings;
        private readonly CancellationTokenSource ended = new();
        private readonly CancellationToken stopped;
        private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        private long told = -1;
        private bool failed;

        public Target(BalancerTeller teller, string endpoint, LoadBalancerSettings settings)
        {
            (this.teller, this.settings, stopped) = (teller, settings, ended.Token);
            Told = new BalancerTold(endpoint, null, "", null, 0, new Dictionary<string, string>());
            Ended = Task.Run(RunAsync);
        }

        public BalancerTold Told { get; private set => Volatile.Write(ref field, value); }

        public Task Ended { get; }

        public void Dispose()
        {
            ended.Cancel();
            ended.Dispose();
        }

        public void Wake() => wake.Writer.TryWrite(true);

        private async Task RunAsync()
        {
            try
            {
                while (true)
                {
                    var due = teller.word;
                    var done = await TellAsync(due);
                    await RestAsync(done ? Keep : Again);
                }
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                // Other settings, or the end of the engine.
            }
        }

        /// <summary>Until there is another word, or that time has passed.</summary>
        private async Task RestAsync(TimeSpan span)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopped);
            limit.CancelAfter(span);
            try
            {
                await wake.Reader.ReadAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!stopped.IsCancellationRequested)
            {
                // Nothing new.
            }
        }

        private async Task<bool> TellAsync(Word due)
        {
            var timeout = TimeSpan.FromSeconds(settings.TellTimeout);
            var commands = BalancerWords.For(settings, teller.own, due.Phase);
            var begun = teller.clock.Now;
            try
            {
                var problem = "";
                var isNew = due.Number != told && commands.Count > 0;
                if (isNew)
                {
                    problem = BalancerWords.Problem(await HaproxyRuntime.SendAsync(Told.Endpoint, commands, timeout, stopped)) ?? "";
                }

                var took = (teller.clock.Now - begun).TotalMilliseconds;
                var seen = await HaproxyRuntime.SendAsync(Told.Endpoint, [BalancerWords.Look], timeout, stopped);
                if (!isNew && due.Phase == BalancerPhase.Serving && IsForgotten(seen))
                {
                    problem = BalancerWords.Problem(await HaproxyRuntime.SendAsync(Told.Endpoint, commands, timeout, stopped)) ?? "";
                    teller.Event("balancer-told-again", $"HAProxy at {Told.Endpoint} had other states than it was told; it was told again that server #{teller.own} serves.", Severity.Info);
                }

                Show(problem.Length == 0, problem, took, seen);
                if (isNew && problem.Length == 0)
                {
                    told = due.Number;
                    teller.Event("balancer-told", string.Create(CultureInfo.InvariantCulture, $"HAProxy at {Told.Endpoint} was told within {took:0.#} ms: {Sentence(due.Phase)}"), Severity.Info);
                }

                Report(problem);
                return problem.Length == 0;
            }
            catch (IOException e)
            {
                Show(false, e.Message, (teller.clock.Now - begun).TotalMilliseconds, null);
                Report(e.Message);
                return false;
            }
        }

        private string Sentence(BalancerPhase phase) => phase == BalancerPhase.Serving
            ? $"server #{teller.own} serves."
            : $"server #{teller.own} hands over; new connections go to server #{3 - teller.own}.";

        private bool IsForgotten(string seen) => settings.Backends.Any(b =>
            BalancerWords.IsWrong(BalancerWords.StatusOf(seen, b, settings.Server1Name), teller.own == 1, settings.Standby)
            || BalancerWords.IsWrong(BalancerWords.StatusOf(seen, b, settings.Server2Name), teller.own == 2, settings.Standby));

        private void Show(bool reached, string detail, double took, string? seen)
        {
            var servers = Told.Servers;
            if (seen is not null)
            {
                servers = settings.Backends.SelectMany(b => new[] { settings.Server1Name, settings.Server2Name }.Select(s => (Name: $"{b}/{s}", Status: BalancerWords.StatusOf(seen, b, s))))
                    .Where(s => s.Status is not null).DistinctBy(s => s.Name).ToDictionary(s => s.Name, s => s.Status!);
            }

            Told = Told with { Reached = reached, Detail = detail, At = teller.clock.Utc, Milliseconds = Math.Round(took, 1), Servers = servers };
            teller.Changed();
        }

        /// <summary>Once when it begins, and once when it is over.</summary>
        private void Report(string problem)
        {
            if (problem.Length > 0 && !failed)
            {
                failed = true;
                teller.Event("balancer-unreachable", $"HAProxy at {Told.Endpoint} cannot be told: {problem}. It is tried again; the switch does not wait for it, and its own checks go on.", Severity.Warning);
            }
            else if (problem.Length == 0 && failed)
            {
                failed = false;
                teller.Event("balancer-answers", $"HAProxy at {Told.Endpoint} can be told again.", Severity.Info);
            }
        }
    }
}

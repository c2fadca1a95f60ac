using HaConsole.Engine.Status;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Model.Drills;

/// <summary>
/// A planned switch there and back. It runs in the server, not in a page: once begun it ends by itself within bounded time, with the
/// role where it was before, whoever closes what page.
/// </summary>
internal sealed class SwitchDrill(ConsoleEngine console, PairOperations operations, IRoleUrls urls, Actor actor, DrillTimes times, TimeProvider time)
{
    /// <summary>The role stays there for so long, so that the clients have seen it.</summary>
    private static readonly TimeSpan Stay = TimeSpan.FromSeconds(2);

    private const string Reason = "drill";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private bool held;
    private Run run = null!;

    private StatusSnapshot Now => console.Engine.Current;

    public static DrillSheet Sheet(DrillView start, DrillTimes times) => new(start,
    [
        new DrillStep("ready", StepState.Pending),
        new DrillStep("there", StepState.Pending, times.Planned),
        new DrillStep("there-serves", StepState.Pending, times.Services),
        new DrillStep("back-ready", StepState.Pending, times.LongestTakeover + 60),
        new DrillStep("back", StepState.Pending, times.Planned),
        new DrillStep("back-serves", StepState.Pending, times.Services),
        new DrillStep("hold", StepState.Pending),
        new DrillStep("healthy", StepState.Pending, times.LongestTakeover + 60),
    ]);

    /// <summary>Carries it out; the sheet says how far it is.</summary>
    /// <param name="sheet">Its steps.</param>
    /// <param name="changed">The sheet has changed.</param>
    /// <param name="cancellationToken">The process ends.</param>
    public async Task RunAsync(DrillSheet sheet, Action changed, CancellationToken cancellationToken)
    {
        run = new Run(sheet, changed, cancellationToken);
        var (from, to) = (sheet.View.From, sheet.View.To);
        held = Now.Hold is not null;
        Begin("ready");
        var proof = await operations.SwitchAsync(actor, to, dryRun: true, force: false, Reason).ConfigureAwait(false);
        if (!proof.Succeeded)
        {
            sheet.Fail("ready", proof.Sentence);
            return;
        }

        sheet.Pass("ready", null, proof.Sentence);
        if (!await SwitchAsync("there", to).ConfigureAwait(false))
        {
            return;
        }

        await ServesAsync("there-serves", to, from).ConfigureAwait(false);
        var there = time.GetTimestamp();
        await WaitAsync("back-ready", () => NotReadyAsync(time.GetElapsedTime(there) < Stay)).ConfigureAwait(false);
        if (await SwitchAsync("back", from).ConfigureAwait(false))
        {
            await ServesAsync("back-serves", from, to).ConfigureAwait(false);
        }

        await ClearHoldAsync().ConfigureAwait(false);
        await WaitAsync("healthy", () => NotReadyAsync(false)).ConfigureAwait(false);
    }

    private void Begin(string code)
    {
        run.Sheet.Begin(code);
        run.Changed();
    }

    private async Task<bool> SwitchAsync(string code, int target)
    {
        Begin(code);
        var began = time.GetTimestamp();
        var outcome = await operations.SwitchAsync(actor, target, dryRun: false, force: false, Reason).ConfigureAwait(false);
        var taken = time.GetElapsedTime(began).TotalSeconds;
        if (outcome.Succeeded)
        {
            run.Sheet.Pass(code, taken, outcome.Sentence);
        }
        else
        {
            run.Sheet.Fail(code, outcome.Sentence, taken);
        }

        return outcome.Succeeded;
    }

    private Task<bool> ServesAsync(string code, int active, int standby) => WaitAsync(code, () => NotServingAsync(active, standby, run.Ended));

    private async Task ClearHoldAsync()
    {
        if (held || Now.Hold is null)
        {
            run.Sheet.Skip("hold");
            return;
        }

        Begin("hold");
        var cleared = await operations.ClearHoldAsync(actor).ConfigureAwait(false);
        if (cleared.Succeeded)
        {
            run.Sheet.Pass("hold", null, cleared.Sentence);
        }
        else
        {
            run.Sheet.Fail("hold", cleared.Sentence);
        }
    }

    private async Task<bool> WaitAsync(string code, Func<Task<string?>> whyNot)
    {
        Begin(code);
        var began = time.GetTimestamp();
        var longest = run.Sheet.Step(code).ExpectedSeconds ?? times.LongestTakeover;
        while (await whyNot().ConfigureAwait(false) is { } why)
        {
            if (time.GetElapsedTime(began).TotalSeconds > longest)
            {
                run.Sheet.Fail(code, why, time.GetElapsedTime(began).TotalSeconds);
                return false;
            }

            await Task.Delay(Look, time, run.Ended).ConfigureAwait(false);
        }

        run.Sheet.Pass(code, Math.Min(longest, time.GetElapsedTime(began).TotalSeconds));
        return true;
    }

    /// <summary>Null when a switch would succeed.</summary>
    private Task<string?> NotReadyAsync(bool tooEarly)
        => Task.FromResult(Now.SwitchWouldSucceed && !tooEarly ? null : string.Join(" ", Now.NotReady.Select(reason => reason.Sentence)));

    /// <summary>Null when a server is Active with all its services, the other Standby, and a client of the health URL sees it.</summary>
    private async Task<string?> NotServingAsync(int active, int standby, CancellationToken cancellationToken)
    {
        var waiting = Services(active).Where(service => !service.Optional && service.State != "Running").Select(service => service.Name).ToList();
        if (Role(active) != "Active" || Role(standby) != "Standby" || waiting.Count > 0)
        {
            return $"#{active} {Role(active)}, #{standby} {Role(standby)}; not running: {string.Join(", ", waiting)}";
        }

        var address = Now.Servers.First(server => server.Server == active).Address;
        var answer = await urls.AskAsync(address, TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
        return answer == "ACTIVE" ? null : $"#{active} answers {answer ?? "nothing"} on its health URL";
    }

    private string Role(int server) => Now.Servers.FirstOrDefault(each => each.Server == server)?.Role ?? "Unknown";

    private IReadOnlyList<ServiceInfo> Services(int server) => Now.Servers.FirstOrDefault(each => each.Server == server)?.Services ?? [];

    /// <summary>What one carrying out works on.</summary>
    private sealed record Run(DrillSheet Sheet, Action Changed, CancellationToken Ended);
}

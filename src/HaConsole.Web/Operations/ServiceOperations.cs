using System.Globalization;
using HaConsole.Engine;
using HaConsole.Engine.Status;
using HaConsole.Web.Live;

namespace HaConsole.Web.Operations;

/// <summary>What operators do by hand to managed services and application checks. The same for pages, API and command line.</summary>
public sealed class ServiceOperations(ConsoleEngine engine, OperationGate gate)
{
    /// <summary>Starts, stops or restarts a service.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="server">1 or 2.</param>
    /// <param name="service">Name of the service.</param>
    /// <param name="command">What to do.</param>
    public Task<OperationResult> CommandAsync(Actor actor, int server, string service, ServiceCommand command)
    {
        var verb = command.ToString().ToLowerInvariant();
        var operation = new Operation($"service-{verb}", string.Create(CultureInfo.InvariantCulture, $"service {service} on server {server}"), Line($"service {verb}", service, server), Right.Operate);
        return gate.RunAsync(actor, operation, async () =>
        {
            // A service that is being stopped is stopped to the end, whether or not its page still waits.
            var refusal = await engine.Engine.CommandServiceAsync(server, service, command, actor.Name, CancellationToken.None).ConfigureAwait(false);
            return refusal is null ? OperationResult.Done($"{verb} of service {service} on server #{server} is done.") : OperationResult.Refused(refusal);
        });
    }

    /// <summary>Has a check look now.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="server">1 or 2.</param>
    /// <param name="check">Name of the check.</param>
    public Task<OperationResult<CheckInfo>> RunCheckAsync(Actor actor, int server, string check)
    {
        var operation = new Operation("check-run", string.Create(CultureInfo.InvariantCulture, $"check {check} on server {server}"), Line("check run", check, server), Right.Operate);
        return gate.RunAsync(actor, operation, async () =>
        {
            if (engine.Engine.Configuration.Content.Checks.All(c => c.Name != check))
            {
                return new OperationResult<CheckInfo>(OperationEnd.Refused, $"There is no check {check}.", null);
            }

            var found = await engine.Engine.RunCheckAsync(server, check, CancellationToken.None).ConfigureAwait(false);
            return found is null
                ? new OperationResult<CheckInfo>(OperationEnd.Failed, $"Server #{server} does not answer, or does not have check {check} yet.", null)
                : new OperationResult<CheckInfo>(OperationEnd.Done, $"Check {check} on server #{server}: {found.State}. {found.Detail}", found);
        }, (end, sentence) => new OperationResult<CheckInfo>(end, sentence, null));
    }

    private static string Line(string verb, string name, int server)
        => string.Create(CultureInfo.InvariantCulture, $"haconsole {verb} {SettingsCommandLine.Word(name)} --server {server}");
}

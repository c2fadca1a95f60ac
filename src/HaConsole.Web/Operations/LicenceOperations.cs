using System.Text.Json;
using HaConsole.Engine.Peering;
using HaConsole.Web.Api;
using HaConsole.Web.History;
using HaConsole.Web.Licensing;
using HaConsole.Web.Live;

namespace HaConsole.Web.Operations;

/// <summary>Puts a licence in force, on both servers.</summary>
public sealed class LicenceOperations(ConsoleEngine engine, LicenceKeeper keeper, OperationGate gate)
{
    /// <summary>Path of the call.</summary>
    public const string Path = "/api/v1/licence";

    /// <summary>Installs a licence here and, unless <paramref name="onlyHere"/>, on the other server.</summary>
    public Task<OperationResult<LicenceStatus>> InstallAsync(Actor actor, string text, bool onlyHere)
    {
        ArgumentNullException.ThrowIfNull(text);
        return gate.RunAsync(actor, new Operation("licence-install", "licence", "haconsole licence install FILE", Right.Administer), async () =>
        {
            var found = keeper.Install(text);
            if (!found.Allows)
            {
                return new OperationResult<LicenceStatus>(OperationEnd.Invalid, found.Sentence, null);
            }

            var other = onlyHere || found.State == LicenceState.NotRequired || Servers.Peer(engine.Engine.Current) is not { } peer || await SendAsync(text, actor).ConfigureAwait(false)
                ? ""
                : $" Server #{peer.Server} has not taken it: install it there too.";
            return new OperationResult<LicenceStatus>(OperationEnd.Done, (found.State == LicenceState.NotRequired ? "This product needs no licence; nothing was installed." : found.Sentence) + other, found);
        }, (end, sentence) => new OperationResult<LicenceStatus>(end, sentence, null));
    }

    private async Task<bool> SendAsync(string text, Actor actor)
    {
        var body = JsonSerializer.Serialize(new LicenceRequest { Content = text, OnlyHere = true }, ApiJson.Default.LicenceRequest);
        var request = new ForwardedRequest("POST", Path, body, new Dictionary<string, string> { [ApiExchange.OwnerHeader] = actor.Name });
        return await engine.Run.ForwardToPeerAsync(request, CancellationToken.None).ConfigureAwait(false) is { Status: StatusCodes.Status200OK };
    }
}

using System.Globalization;
using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Peering;
using HaConsole.Web.Api;
using HaConsole.Web.History;
using HaConsole.Web.Live;

namespace HaConsole.Web.Operations;

/// <summary>A backup of the configuration.</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="Text">Its content.</param>
public sealed record ConfigurationBackup(string Name, string Text);

/// <summary>What admins do with this server itself: restart, certificate, backup and restore of the configuration.</summary>
public sealed class SystemOperations(ConsoleEngine engine, OperationGate gate, TimeProvider time)
{
    /// <summary>Starts the worker of a server again; services go on, nothing is switched.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="server">1 or 2; null: this server.</param>
    public Task<OperationResult> RestartAsync(Actor actor, int? server = null)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var local = Servers.Local(engine.Engine.Current);
        var target = server ?? local;
        var line = string.Create(CultureInfo.InvariantCulture, $"haconsole restart --server {target}");
        return gate.RunAsync(actor, new Operation("restart", string.Create(CultureInfo.InvariantCulture, $"server {target}"), line, Right.Administer), async () =>
        {
            if (target != local)
            {
                return await RestartPeerAsync(actor, target).ConfigureAwait(false);
            }

            return await engine.Engine.RestartAsync(actor.Name, CancellationToken.None).ConfigureAwait(false) is { } refusal
                ? OperationResult.Refused(refusal)
                : OperationResult.Done("This server's worker restarts now; its services go on, nothing is switched.");
        });
    }

    /// <summary>Makes a new certificate for the peer link.</summary>
    public Task<OperationResult> RotateAsync(Actor actor)
        => gate.RunAsync(actor, new Operation("certificate-rotate", Here, "haconsole certificate rotate", Right.Administer), async () =>
            await engine.Engine.RotateCertificateAsync(CancellationToken.None).ConfigureAwait(false) is { } refusal
                ? OperationResult.Refused(refusal)
                : OperationResult.Done("New certificate in use; the other server has pinned it."));

    /// <summary>The configuration as a file: without secrets and readable, or with them and encrypted.</summary>
    public Task<OperationResult<ConfigurationBackup>> BackupAsync(Actor actor, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        var operation = new Operation(passphrase.Length > 0 ? "backup-with-secrets" : "backup", "configuration", "haconsole settings export", Right.Administer);
        return gate.RunAsync(actor, operation, () => Task.FromResult(Backup(passphrase)), (end, sentence) => new OperationResult<ConfigurationBackup>(end, sentence, null));
    }

    /// <summary>Reads a backup; nothing is changed. What it has no secrets for keeps those in force.</summary>
    public OperationResult<PairConfiguration> Read(string text, string passphrase)
    {
        try
        {
            var plain = BackupCipher.IsEncrypted(text) ? BackupCipher.Decrypt(text, passphrase) : text;
            if (plain is null)
            {
                return Wrong(passphrase.Length == 0 ? "This backup is encrypted: type its passphrase." : "The passphrase is not that of this backup, or the file is damaged.");
            }

            var content = JsonSerializer.Deserialize<PairConfiguration>(plain, ConfigurationJson.Options);
            return content is null || !plain.Contains(nameof(PairConfiguration.HotStandby), StringComparison.OrdinalIgnoreCase)
                ? Wrong("This is no backup of a configuration: it has no HotStandby section.")
                : new OperationResult<PairConfiguration>(OperationEnd.Done, "", content.KeepSecretsOf(engine.Engine.Configuration.Content));
        }
        catch (JsonException e)
        {
            return Wrong($"This is no backup of a configuration: {e.Message}");
        }
    }

    /// <summary>Puts a configuration that was read into force on both servers.</summary>
    public Task<OperationResult> RestoreAsync(Actor actor, PairConfiguration wanted)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var before = engine.Engine.Configuration;
        var operation = new Operation("restore", "configuration", "haconsole settings import FILE", Right.Administer) { Before = $"revision {before.Revision}" };
        return gate.RunAsync(actor, operation, async () =>
        {
            var outcome = await engine.Engine.ChangeConfigurationAsync(wanted, before.Revision, actor.Name, CancellationToken.None).ConfigureAwait(false);
            return outcome switch
            {
                { Conflict: true } => new OperationResult(OperationEnd.Conflict, "Somebody else has changed the configuration in this moment: look at it and restore again."),
                { Saved: false } => new OperationResult(OperationEnd.Invalid, string.Join("; ", outcome.Problems.Where(p => !p.IsWarning).Select(p => p.Sentence))) { Problems = outcome.Problems },
                _ => OperationResult.Done($"Restored as revision {outcome.Document.Revision}{(outcome.OnPeer == false ? "; the other server does not have it yet" : "")}."),
            };
        });
    }

    private async Task<OperationResult> RestartPeerAsync(Actor actor, int target)
    {
        var order = new ForwardedRequest("POST", "/api/v1/restart", "{}", new Dictionary<string, string> { [ApiExchange.OwnerHeader] = actor.Name });
        var answer = await engine.Run.ForwardToPeerAsync(order, CancellationToken.None).ConfigureAwait(false);
        return answer switch
        {
            { Status: StatusCodes.Status200OK } => OperationResult.Done(string.Create(CultureInfo.InvariantCulture, $"The worker of server #{target} restarts now; its services go on, nothing is switched.")),
            null => OperationResult.Failed(string.Create(CultureInfo.InvariantCulture, $"Server #{target} does not answer.")),
            _ => OperationResult.Refused(string.Create(CultureInfo.InvariantCulture, $"Server #{target} refuses: {ApiErrors.DetailOf(answer.Body) ?? $"it answers {answer.Status}"}")),
        };
    }

    private static OperationResult<PairConfiguration> Wrong(string sentence) => new(OperationEnd.Invalid, sentence, null);

    private string Here => string.Create(CultureInfo.InvariantCulture, $"server {Servers.Local(engine.Engine.Current)}");

    private OperationResult<ConfigurationBackup> Backup(string passphrase)
    {
        if (passphrase.Length is > 0 and < BackupCipher.ShortestPassphrase)
        {
            return new OperationResult<ConfigurationBackup>(OperationEnd.Invalid, $"The passphrase needs at least {BackupCipher.ShortestPassphrase} characters.", null);
        }

        var document = engine.Engine.Configuration;
        var content = passphrase.Length > 0 ? document.Content : document.Content.WithoutSecrets();
        var plain = JsonSerializer.Serialize(content, ConfigurationJson.Options);
        var name = string.Create(CultureInfo.InvariantCulture, $"haconsole-{engine.Engine.Current.Pair}-{document.Revision}-{time.GetUtcNow():yyyyMMdd-HHmm}{(passphrase.Length > 0 ? "-encrypted" : "")}.json");
        return new OperationResult<ConfigurationBackup>(OperationEnd.Done, $"Backup of revision {document.Revision} made.", new ConfigurationBackup(name, passphrase.Length > 0 ? BackupCipher.Encrypt(plain, passphrase) : plain));
    }
}

using System.Text.Json;
using HaConsole.Engine.Commands;
using HaConsole.Engine.FileSets;
using HaConsole.Engine.Peering;
using HaConsole.Failover;

namespace HaConsole.Engine;

/// <content>Directories that the Standby holds as the Active has them.</content>
public sealed partial class HaEngine
{
    private readonly FileSetHost files;
    private Role roleOfFiles = Role.Starting;
    private bool wasStandby;

    /// <inheritdoc/>
    public IReadOnlyList<FileSetStatus> FileSets => files.Status;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FileSetStatus>?> FileSetsOfAsync(int server, CancellationToken cancellationToken)
        => server == parts.Rank.Number() ? FileSets : await calls.AskAsync(ConsoleCalls.FileSets, "", ConsoleJson.Default.IReadOnlyListFileSetStatus, QuickCall, cancellationToken);

    /// <inheritdoc/>
    public async Task<string?> CommandFileSetAsync(string set, FileSetCommand command, string owner, CancellationToken cancellationToken)
    {
        Event("file-set-command", $"{owner} asks for {command} of file set {set}.", Severity.Info);
        if (box.State.Role == Role.Active)
        {
            return files.Command(set, command);
        }

        var body = JsonSerializer.Serialize(new FileSetCall(set, command), ConsoleJson.Default.FileSetCall);
        return await calls.AskAsync(ConsoleCalls.FileSet, body, ConsoleJson.Default.CallText, QuickCall, cancellationToken) is { } answer
            ? answer.Text
            : "The Active does not answer on the peer link: files are copied by it alone.";
    }

    private FileSetHost Files() => new(new FileSetContext
    {
        DataDirectory = parts.Options.DataDirectory,
        Time = parts.Time,
        Open = token => parts.Link is { } link ? link.OpenFilesAsync(token) : throw new IOException("No second server is configured."),
        Epoch = () => box.State.HighestEpoch.Value,
        Event = Event,
        Changed = feed.Changed,
    });

    /// <summary>The direction follows the role; a server that was Standby before has taken over.</summary>
    private void ShowFileSets(Role role)
    {
        if (role != roleOfFiles)
        {
            wasStandby = roleOfFiles == Role.Standby || (wasStandby && role != Role.Active);
            roleOfFiles = role;
        }

        files.RoleIs(role == Role.Active, wasStandby, parts.Link?.Status.State == PeerLinkState.Connected);
    }

    private string? FileSetHere(string body)
    {
        var call = JsonSerializer.Deserialize(body, ConsoleJson.Default.FileSetCall) ?? throw new JsonException("no file set is named");
        return files.Command(call.Set, call.Command);
    }
}

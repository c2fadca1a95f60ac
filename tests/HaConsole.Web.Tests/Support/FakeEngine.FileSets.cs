using HaConsole.Engine.FileSets;

namespace HaConsole.Web.Tests.Support;

/// <content>File sets of both servers.</content>
internal sealed partial class FakeEngine
{
    /// <summary>As this server sees them.</summary>
    public IReadOnlyList<FileSetStatus> FileSets { get; set; } = [];

    /// <summary>As the other server sees them; null: it does not answer.</summary>
    public IReadOnlyList<FileSetStatus>? FileSetsThere { get; set; } = [];

    /// <summary>What was asked for, in order.</summary>
    public List<(string Set, FileSetCommand Command, string Owner)> FileSetCommands { get; } = [];

    /// <summary>Why the next command is refused; null: it is not.</summary>
    public string? FileSetRefusal { get; set; }

    public Task<IReadOnlyList<FileSetStatus>?> FileSetsOfAsync(int server, CancellationToken cancellationToken)
        => Task.FromResult(Current.Servers.FirstOrDefault(s => s.Local)?.Server == server ? FileSets : FileSetsThere);

    public Task<string?> CommandFileSetAsync(string set, FileSetCommand command, string owner, CancellationToken cancellationToken)
    {
        FileSetCommands.Add((set, command, owner));
        return Task.FromResult(FileSetRefusal);
    }
}

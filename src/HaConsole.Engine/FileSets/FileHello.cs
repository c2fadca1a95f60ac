using System.Security.Cryptography;
using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.FileSets.Wire;

namespace HaConsole.Engine.FileSets;

/// <summary>The first frame of a file channel.</summary>
/// <param name="Version">Of what follows; both sides use the lower one.</param>
/// <param name="Set">Name of the set.</param>
/// <param name="Definition">Hash of its definition: both servers must mean the same.</param>
/// <param name="Epoch">Epoch in which the sender is Active.</param>
/// <param name="Fetch">The other side sends.</param>
/// <param name="DryRun">Nothing is changed (only with <paramref name="Fetch"/>; else each comparison says so itself).</param>
/// <param name="Fills">An operator wants it to be copied even where another directory stands than the one copied before.</param>
internal sealed record FileHello(int Version, string Set, UInt128 Definition, long Epoch, bool Fetch, bool DryRun, bool Fills)
{
    public const int CurrentVersion = 1;

    public static FileHello Of(FileSetDefinition set, long epoch, bool fetch = false, bool dryRun = false, bool fills = false)
        => new(CurrentVersion, set.Name, HashOf(set), epoch, fetch, dryRun, fills);

    /// <summary>Hash of a definition.</summary>
    public static UInt128 HashOf(FileSetDefinition set)
        => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(set, ConfigurationJson.Options)));

    public static FileHello Read(Frame frame)
    {
        if (frame.Type != FrameType.Hello)
        {
            throw new WireException("a channel that does not begin with its greeting");
        }

        return new FileHello(frame.Number(), frame.Text(), frame.Hash(), frame.Long(), frame.Flag(), frame.Flag(), frame.Rest().Length > 0 && frame.Flag());
    }

    public ValueTask SendAsync(FileChannel channel, CancellationToken cancellationToken)
        => channel.WriteAsync(w => w.Begin(FrameType.Hello).Number(Version).Text(Set).Hash(Definition).Long(Epoch).Flag(Fetch).Flag(DryRun).Flag(Fills), cancellationToken, flush: true);

    public static ValueTask WelcomeAsync(FileChannel channel, CancellationToken cancellationToken)
        => channel.WriteAsync(w => w.Begin(FrameType.Welcome).Flag(true).Text("").Number(CurrentVersion), cancellationToken, flush: true);

    public static ValueTask RefuseAsync(FileChannel channel, string why, CancellationToken cancellationToken)
        => channel.WriteAsync(w => w.Begin(FrameType.Welcome).Flag(false).Text(why).Number(CurrentVersion), cancellationToken, flush: true);

    /// <summary>Waits for the answer.</summary>
    /// <exception cref="RepeatLaterException">The other server refuses, and says why.</exception>
    public static async Task AnswerAsync(FileChannel channel, CancellationToken cancellationToken)
    {
        Frame answer;
        do
        {
            // It may have to end another session first, and says that it lives.
            answer = await channel.ReadAsync(cancellationToken) ?? throw new IOException("The other server has closed the channel.");
        }
        while (answer.Type == FrameType.Ping);

        if (answer.Type != FrameType.Welcome)
        {
            throw new WireException("a channel that does not answer its greeting");
        }

        var accepted = answer.Flag();
        var why = answer.Text();
        if (!accepted)
        {
            throw new RepeatLaterException(why);
        }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using HaConsole.Failover;

namespace HaConsole.Engine.State;

/// <summary>A durable value as it was found at the start.</summary>
/// <param name="Value">The value; a fresh one when there was none.</param>
/// <param name="Problems">Sentences for events: what was damaged and what is used instead.</param>
/// <param name="IsFresh">Nothing was ever stored, or it is lost.</param>
public sealed record Loaded<T>(T Value, IReadOnlyList<string> Problems, bool IsFresh);

/// <summary>
/// Role, epochs and resumptions of this server in <c>state/state.bin</c>: written in place, so that a full disk cannot prevent an
/// activation. A lost or old file is not a danger: the engine hears higher epochs from its peer.
/// </summary>
public sealed class StateStore : IDisposable
{
    private readonly SlotFile file;

    /// <summary>Opens the store of a data directory.</summary>
    /// <exception cref="DurableWriteException">It cannot be opened or made.</exception>
    public StateStore(string dataDirectory) => file = SlotFile.Open(Path.Combine(dataDirectory, "state", "state.bin"));

    /// <summary>What was stored when the store was opened.</summary>
    public Loaded<StoredState> Load()
        => SlotValue.Load(file, StateJson.Default.StateRecord, r => r.ToState(), StoredState.Fresh, s => $"epoch {s.Epoch}");

    /// <summary>Stores; returns when it would survive a power cut.</summary>
    /// <exception cref="DurableWriteException">Even the write in place failed.</exception>
    public void Save(StoredState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        file.Write(JsonSerializer.SerializeToUtf8Bytes(StateRecord.Of(state), StateJson.Default.StateRecord));
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}

/// <summary>Pause, maintenance, hold and flap budget in <c>state/controls.bin</c>, in the same manner.</summary>
public sealed class ControlsStore : IDisposable
{
    /// <summary>Owner and reason are cut to this many characters, so that every value fits its slot.</summary>
    public const int LongestText = 400;

    private readonly SlotFile file;

    /// <summary>Opens the store of a data directory.</summary>
    /// <exception cref="DurableWriteException">It cannot be opened or made.</exception>
    public ControlsStore(string dataDirectory) => file = SlotFile.Open(Path.Combine(dataDirectory, "state", "controls.bin"), 32768);

    /// <summary>What was stored when the store was opened.</summary>
    public Loaded<PairControls> Load()
        => SlotValue.Load(file, StateJson.Default.ControlsRecord, r => r.ToControls(), PairControls.None, c => $"revision {c.Revision}");

    /// <summary>Stores; returns when it would survive a power cut.</summary>
    /// <exception cref="DurableWriteException">Even the write in place failed.</exception>
    public void Save(PairControls controls)
    {
        ArgumentNullException.ThrowIfNull(controls);
        file.Write(JsonSerializer.SerializeToUtf8Bytes(ControlsRecord.Of(controls), StateJson.Default.ControlsRecord));
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}

/// <summary>Reads a JSON value from a <see cref="SlotFile"/> and says in words what was wrong.</summary>
internal static class SlotValue
{
    public static Loaded<T> Load<TRecord, T>(
        SlotFile file, System.Text.Json.Serialization.Metadata.JsonTypeInfo<TRecord> type, Func<TRecord, T> convert, T fresh, Func<T, string> describe)
        where TRecord : class
    {
        var name = Path.GetFileName(file.Path);
        var content = file.Content;
        if (content.Payload is null)
        {
            return new Loaded<T>(fresh, [.. content.DamagedSlots.Select(s => $"{name} slot {s} is torn and there is no previous copy; this server starts as a fresh one")], true);
        }

        try
        {
            var value = convert(JsonSerializer.Deserialize(content.Payload, type) ?? throw new JsonException("null"));
            return new Loaded<T>(value, [.. content.DamagedSlots.Select(s => $"{name} slot {s} is torn; the previous copy ({describe(value)}) is used")], false);
        }
        catch (JsonException e)
        {
            return new Loaded<T>(fresh, [$"{name} holds what this version cannot read ({e.Message}); this server starts as a fresh one"], true);
        }
    }
}

/// <summary>Stored shape of <see cref="StoredState"/>.</summary>
internal sealed record StateRecord(Role Role, long Epoch, long HighestEpoch, IReadOnlyList<DateTimeOffset>? Resumptions)
{
    /// <summary>Row 305 looks at one hour and a handful of resumptions: more is never needed, and must not outgrow the slot.</summary>
    private const int MostResumptions = 40;

    public static StateRecord Of(StoredState s) => new(s.Role, s.Epoch.Value, s.HighestEpoch.Value, [.. s.Resumptions.TakeLast(MostResumptions)]);

    public StoredState ToState() => new(Role, new Epoch(Epoch), new Epoch(HighestEpoch), Resumptions ?? []);
}

/// <summary>Stored shape of <see cref="PairControls"/>.</summary>
internal sealed record ControlsRecord(
    string Revision, TimedControl? Pause, TimedControl? Hold, TimedControl? Maintenance1, TimedControl? Maintenance2, IReadOnlyList<DateTimeOffset>? FlapTimes)
{
    public static ControlsRecord Of(PairControls c) => new(
        c.Revision.ToString(), Cut(c.Pause), Cut(c.Hold), Cut(c.Maintenance1), Cut(c.Maintenance2), [.. c.FlapTimes.TakeLast(FlapBudget.Switches)]);

    public PairControls ToControls() => new()
    {
        Revision = HaConsole.Failover.Revision.TryParse(Revision, out var revision) ? revision : throw new JsonException("revision"),
        Pause = Pause,
        Hold = Hold,
        Maintenance1 = Maintenance1,
        Maintenance2 = Maintenance2,
        FlapTimes = FlapTimes ?? [],
    };

    private static TimedControl? Cut(TimedControl? c) => c is null ? null : c with { Owner = Cut(c.Owner), Reason = Cut(c.Reason) };

    private static string Cut(string text) => text.Length <= ControlsStore.LongestText ? text : text[..ControlsStore.LongestText];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StateRecord))]
[JsonSerializable(typeof(ControlsRecord))]
internal sealed partial class StateJson : JsonSerializerContext;

using HaConsole.Engine.FileSets.Posix;

namespace HaConsole.Engine.FileSets;

/// <summary>A difference that was found while something was replaced.</summary>
internal readonly record struct FoundDrift(string Path, DriftKind Kind, string Detail, string KeptAs);

/// <summary>Compares and changes single things of the receiving side.</summary>
internal sealed class TargetActions(SetRoot root, FileIndex index, PathPatterns patterns, FileReceiver receiver, TimeProvider time) : IDisposable
{
    private const uint NewDirectory = 0x1C0;
    private readonly RecycleFolder recycle = new(root, time);
    private readonly bool mayChown = Environment.IsPrivilegedProcess;
    private long applied;
    private long bytes;
    private long differences;
    private long recycled;
    private long failed;

    /// <summary>Differences nobody was told of yet.</summary>
    public Queue<FoundDrift> Drifts { get; } = new();

    /// <summary>Also keeps what the other server once had.</summary>
    public bool KeepsAll { get; set; }

    public void Differs() => differences++;

    public void Fails() => failed++;

    public void Wrote(int count) => bytes += count;

    /// <summary>What was done since the last time.</summary>
    public SyncCounts TakeCounts()
    {
        var counts = new SyncCounts(applied, bytes, differences, recycled, failed);
        (applied, bytes, differences, recycled, failed) = (0, 0, 0, 0, 0);
        recycle.Close();
        return counts;
    }

    public int Prune(int keepDays) => recycle.Prune(keepDays);

    /// <summary>What differs; null: nothing does.</summary>
    public DriftKind? Compare(string path, EntryFacts entry, in FileFacts found, int pass)
    {
        if (entry.Kind == FileKind.Special)
        {
            return null;
        }

        if (!found.Exists)
        {
            return DriftKind.Missing;
        }

        if (found.Kind != entry.Kind)
        {
            return DriftKind.Kind;
        }

        return entry.Kind switch
        {
            FileKind.Link => root.Parent(path).ReadLink(PathName.Name(path)) == entry.LinkTarget ? null : DriftKind.Content,
            FileKind.Directory => HasAttributes(entry, found) ? null : DriftKind.Attributes,
            _ when entry.Size != found.Size || entry.Content is not { } content || !Holds(path, found, content, pass) => DriftKind.Content,
            _ => HasAttributes(entry, found) && entry.Modified == found.Modified ? null : DriftKind.Attributes,
        };
    }

    /// <summary>Makes it equal; false when the content of a file is needed for that.</summary>
    public bool Make(string path, EntryFacts entry, in FileFacts found, DriftKind difference, int pass)
    {
        if (difference == DriftKind.Attributes)
        {
            SetAttributes(path, entry);
            applied++;
            return true;
        }

        if (difference == DriftKind.Missing && index.Find(path) is { IsAgreed: true })
        {
            Drifts.Enqueue(new FoundDrift(path, DriftKind.Missing, "was removed on this side; it is put back", ""));
            index.Remove(path);
        }

        if (difference == DriftKind.Kind)
        {
            RecycleOther(path, entry, found);
        }

        switch (entry.Kind)
        {
            case FileKind.Directory:
                MakeDirectory(path, entry, dry: false);
                return true;
            case FileKind.Link:
                if (difference == DriftKind.Content)
                {
                    Recycle(path, null, "");
                }

                root.Parent(path).MakeLink(PathName.Name(path), entry.LinkTarget);
                applied++;
                return true;
            default:
                return false;
        }
    }

    /// <summary>A directory with the attributes of the source's; what has its name and is none goes to the recycle folder.</summary>
    public void MakeDirectory(string path, EntryFacts entry, bool dry)
    {
        var parent = root.Parent(path);
        var name = PathName.Name(path);
        var found = parent.Look(name);
        if (found.Exists && found.Kind != FileKind.Directory)
        {
            RecycleOther(path, entry, found);
            found = default;
        }

        if (!found.Exists)
        {
            parent.MakeDirectory(name, NewDirectory);
            applied++;
        }

        if (!dry && !HasAttributes(entry, found))
        {
            SetAttributes(path, entry);
        }
    }

    /// <summary>Something that the source does not have (any more) goes to the recycle folder.</summary>
    public void Remove(string path, in FileFacts found)
    {
        if (found.Kind == FileKind.Directory && !patterns.IsEmpty)
        {
            RemoveTaken(path);
            return;
        }

        Recycle(path, IsOurs(path, found) ? null : DriftKind.Extra, "was on this side only");
    }

    /// <summary>A small file has arrived; false when its owner could not be set.</summary>
    public bool PlaceSmall(string path, EntryFacts entry, ReadOnlySpan<byte> content, UInt128 hash, int pass)
    {
        bytes += content.Length;
        if (IsThere(path, entry, hash, pass))
        {
            return true;
        }

        // Written first: what is here stays when there is no room.
        var received = receiver.WriteSmall(entry, content, out var owned);
        MakeRoom(path, entry);
        Place(path, received, hash, pass);
        return owned || !mayChown;
    }

    /// <summary>A large file has arrived; false when its owner could not be set.</summary>
    public bool PlaceLarge(string path, string received, EntryFacts entry, bool owned, UInt128 hash, int pass)
    {
        if (IsThere(path, entry, hash, pass))
        {
            receiver.Discard(received);
            return true;
        }

        MakeRoom(path, entry);
        Place(path, received, hash, pass);
        return owned || !mayChown;
    }

    /// <summary>Both sides of a difference in words.</summary>
    public static string Describe(EntryFacts source, in FileFacts found)
        => !found.Exists ? "is missing on this side"
            : source.Kind != found.Kind ? $"{Word(source.Kind)} on the source, {Word(found.Kind)} here"
            : source.Kind == FileKind.File && source.Size != found.Size ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{source.Size} bytes on the source, {found.Size} here")
            : source.Kind == FileKind.File ? "same length, changed " + Moment(source.Modified) + " on the source, " + Moment(found.Modified) + " here"
            : "differs";

    public void Dispose() => recycle.Dispose();

    private static string Word(FileKind kind) => kind switch
    {
        FileKind.File => "a file",
        FileKind.Directory => "a directory",
        FileKind.Link => "a link",
        _ => "something special",
    };

    private static string Moment(long nanoseconds)
        => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The content is here already: only its attributes are set.</summary>
    private bool IsThere(string path, EntryFacts entry, UInt128 hash, int pass)
    {
        var found = root.Parent(path).Look(PathName.Name(path));
        if (found.Kind != FileKind.File || found.Size != entry.Size || !Holds(path, found, hash, pass))
        {
            return false;
        }

        if (!HasAttributes(entry, found) || entry.Modified != found.Modified)
        {
            SetAttributes(path, entry);
            applied++;
        }

        return true;
    }

    private void MakeRoom(string path, EntryFacts entry)
    {
        var found = root.Parent(path).Look(PathName.Name(path));
        if (found.Kind is not (FileKind.None or FileKind.File))
        {
            RecycleOther(path, entry, found);
        }
        else if (found.Exists && (KeepsAll || !IsOurs(path, found)))
        {
            Recycle(path, IsOurs(path, found) ? null : DriftKind.Content, Describe(entry, found));
        }
    }

    /// <summary>What makes room for something of another kind: news only when the other server never had it.</summary>
    private void RecycleOther(string path, EntryFacts entry, in FileFacts found)
        => Recycle(path, IsOurs(path, found) ? null : DriftKind.Kind, Describe(entry, found));

    private void Place(string path, string received, UInt128 hash, int pass)
    {
        receiver.Place(received, path);
        Remember(path, hash, pass);
        applied++;
    }

    /// <summary>Whether the file here has that content.</summary>
    private bool Holds(string path, in FileFacts found, UInt128 content, int pass)
    {
        var stamp = index.Find(path);
        var known = stamp is { } s && s.Fits(found) && !s.IsFresh;
        var here = known ? stamp!.Value.Content : Read(path);
        if (here != content)
        {
            return false;
        }

        if (!known || stamp!.Value.Pass != pass || !stamp.Value.IsAgreed)
        {
            index.Set(path, FileStamp.Of(found, content, agreed: true, pass, time.GetUtcNow()));
        }

        return true;
    }

    private UInt128 Read(string path)
    {
        using var file = root.Parent(path).OpenFile(PathName.Name(path));
        var length = RandomAccess.GetLength(file);
        var size = ContentHash.BlockSize(length);
        return ContentHash.OfBlocks(length, ContentHash.BlocksOf(file, length, size, new byte[Math.Min(size, Math.Max(1, length))], CancellationToken.None));
    }

    /// <summary>It is as the other server has it, or once had it.</summary>
    private bool IsOurs(string path, in FileFacts found)
    {
        if (found.Kind == FileKind.File)
        {
            return index.Find(path) is { IsAgreed: true } stamp && stamp.Fits(found);
        }

        if (found.Kind != FileKind.Directory)
        {
            return true;
        }

        using var directory = root.Parent(path).Into(PathName.Name(path));
        foreach (var name in directory.Names())
        {
            if (!IsOurs(PathName.Join(path, name), directory.Look(name)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Of a directory that holds things which take no part, the others only.</summary>
    private void RemoveTaken(string path)
    {
        using var directory = root.Parent(path).Into(PathName.Name(path));
        foreach (var name in directory.Names())
        {
            var inside = PathName.Join(path, name);
            var found = directory.Look(name);
            if (patterns.Takes(inside, found.Kind))
            {
                Remove(inside, found);
            }
        }

        if (directory.Names().Count == 0)
        {
            root.Parent(path).Remove(PathName.Name(path), directory: true);
            applied++;
        }
    }

    private void Recycle(string path, DriftKind? drift, string detail)
    {
        Forget(path, root.Parent(path).Look(PathName.Name(path)).Kind);
        var keptAs = recycle.Keep(path);
        recycled++;
        applied++;
        if (drift is { } kind)
        {
            Drifts.Enqueue(new FoundDrift(path, kind, detail, keptAs));
        }
    }

    /// <summary>Nothing is known any more of what goes: when it comes back, it is new.</summary>
    private void Forget(string path, FileKind kind)
    {
        if (kind == FileKind.File)
        {
            index.Remove(path);
        }
        else if (kind == FileKind.Directory)
        {
            using var directory = root.Parent(path).Into(PathName.Name(path));
            foreach (var name in directory.Names())
            {
                Forget(PathName.Join(path, name), directory.Look(name).Kind);
            }
        }
    }

    private bool HasAttributes(EntryFacts entry, in FileFacts found)
        => ModeOf(entry) == found.Mode && (!mayChown || (entry.User == found.User && entry.Group == found.Group));

    /// <summary>Without the right to set owners, no program may run with the rights of the wrong one (see <see cref="PosixFile.SetFacts"/>).</summary>
    private uint ModeOf(EntryFacts entry) => mayChown || entry.Kind != FileKind.File ? entry.Mode : FileFacts.WithoutOwnersRights(entry.Mode);

    private void SetAttributes(string path, EntryFacts entry)
    {
        var parent = root.Parent(path);
        var name = PathName.Name(path);
        var stamp = index.Find(path);
        var before = parent.Look(name);
        var owned = parent.ChangeOwner(name, entry.User, entry.Group);
        parent.ChangeMode(name, owned || entry.Kind != FileKind.File ? ModeOf(entry) : FileFacts.WithoutOwnersRights(entry.Mode));
        if (entry.Kind != FileKind.File)
        {
            return;
        }

        parent.ChangeTime(name, entry.Modified);
        if (stamp is { } known && known.Fits(before))
        {
            Remember(path, known.Content, known.Pass);
        }
    }

    private void Remember(string path, UInt128 content, int pass)
        => index.Set(path, FileStamp.Of(root.Parent(path).Look(PathName.Name(path)), content, agreed: true, pass, time.GetUtcNow()));
}

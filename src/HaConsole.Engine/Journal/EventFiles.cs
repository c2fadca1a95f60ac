namespace HaConsole.Engine.Journal;

/// <summary>Reads the event files of earlier runs and earlier days.</summary>
internal static class EventFiles
{
    /// <summary>The last events of all files, oldest first, and a sentence for each file with damaged lines.</summary>
    public static (List<HaEvent> Events, List<string> Problems) ReadLast(IReadOnlyList<string> files, int limit)
    {
        var problems = new List<string>();
        var newestFirst = new List<List<HaEvent>>();
        var count = 0;
        for (var i = files.Count - 1; i >= 0 && count < limit; i--)
        {
            var (events, damaged) = ReadFile(files[i]);
            if (damaged > 0)
            {
                problems.Add($"{Path.GetFileName(files[i])} has {damaged} torn or damaged {(damaged == 1 ? "line" : "lines")}; {(damaged == 1 ? "it is" : "they are")} skipped");
            }

            newestFirst.Add(events);
            count += events.Count;
        }

        newestFirst.Reverse();
        var all = newestFirst.SelectMany(e => e).ToList();
        return (all.Count > limit ? all.GetRange(all.Count - limit, limit) : all, problems);
    }

    /// <summary>Events with a sequence in a range, oldest first.</summary>
    public static IEnumerable<HaEvent> ReadRange(IReadOnlyList<string> files, long after, long before)
    {
        for (var i = 0; i < files.Count; i++)
        {
            // A whole file is skipped when the next one begins at or below what is wanted.
            if (i + 1 < files.Count && FirstSequence(files[i + 1]) is { } next && next <= after + 1)
            {
                continue;
            }

            foreach (var entry in ReadFile(files[i]).Events)
            {
                if (entry.Sequence >= before)
                {
                    yield break;
                }

                if (entry.Sequence > after)
                {
                    yield return entry;
                }
            }
        }
    }

    private static long? FirstSequence(string path)
    {
        foreach (var line in Lines(path))
        {
            if (EventLine.Read(line) is { } entry)
            {
                return entry.Sequence;
            }
        }

        return null;
    }

    private static (List<HaEvent> Events, int Damaged) ReadFile(string path)
    {
        var events = new List<HaEvent>();
        var damaged = 0;
        foreach (var line in Lines(path))
        {
            if (EventLine.Read(line) is { } entry)
            {
                events.Add(entry);
            }
            else if (line.Length > 0)
            {
                damaged++;
            }
        }

        return (events, damaged);
    }

    private static IEnumerable<string> Lines(string path)
    {
        StreamReader reader;
        try
        {
            reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Deleted by the sweep in the meantime, or not ours to read: as if it had no events.
            yield break;
        }

        using (reader)
        {
            while (reader.ReadLine() is { } line)
            {
                yield return line;
            }
        }
    }
}

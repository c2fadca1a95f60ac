using HaConsole.Engine.State;

namespace HaConsole.Engine.FileSets;

/// <summary>What this server must not forget of a set: which directory was copied, and that a fetch has not come to its end.</summary>
internal sealed class SetNotes(string dataDirectory, string set)
{
    private readonly string rootFile = Path.Combine(dataDirectory, "state", $"files-{set}.root");
    private readonly string fetchFile = Path.Combine(dataDirectory, "state", $"files-{set}.fetching");

    /// <summary>Id of the directory that both servers agreed on; null: none yet.</summary>
    public string? KnownRoot { get; private set; }

    /// <summary>Files were to be taken from the other server, and not all have been: what is here is no copy to spread.</summary>
    public bool FetchIsOpen { get; private set; }

    public void Load()
    {
        KnownRoot = AtomicFile.Read(rootFile).Text?.Trim();
        FetchIsOpen = File.Exists(fetchFile);
    }

    /// <summary>Both servers agree on what is in that directory.</summary>
    /// <exception cref="IOException">It could not be stored.</exception>
    public void AgreedOn(string root)
    {
        if (KnownRoot != root)
        {
            AtomicFile.Write(rootFile, root, keepPrevious: false);
            KnownRoot = root;
        }
    }

    /// <summary>From now on until <see cref="FetchEnds"/> nothing is sent, also after a restart.</summary>
    /// <exception cref="IOException">It could not be stored.</exception>
    public void FetchBegins()
    {
        AtomicFile.Write(fetchFile, "", keepPrevious: false);
        FetchIsOpen = true;
    }

    /// <summary>All was taken, or an operator wants what is here to count.</summary>
    public void FetchEnds()
    {
        if (FetchIsOpen)
        {
            File.Delete(fetchFile);
            FetchIsOpen = false;
        }
    }

    /// <summary>The set is no longer configured.</summary>
    public void Forget()
    {
        File.Delete(rootFile);
        File.Delete(fetchFile);
    }
}

using HaConsole.Engine.FileSets.Posix;

namespace HaConsole.Engine.FileSets;

/// <summary>The directory of a set on this server, open; with its own folder for what is received and what was replaced.</summary>
internal sealed class SetRoot : IDisposable
{
    private const uint OwnerOnly = 0x1C0;
    private const string IdName = "id";
    private OpenDirectory? lastParent;
    private string lastPath = "";

    private SetRoot(string path, OpenDirectory directory, string id)
    {
        Path = path;
        Directory = directory;
        Id = id;
    }

    public string Path { get; }

    public OpenDirectory Directory { get; }

    /// <summary>Of this very directory: one that stands in the place of a missing mount has another.</summary>
    public string Id { get; }

    /// <summary>It has held a set before: a mount that is missing has not.</summary>
    public static bool IsKnown(string path) => System.IO.Directory.Exists(System.IO.Path.Combine(path, PathPatterns.OwnDirectory));

    /// <summary>Its id; null when it has none. Makes nothing.</summary>
    public static string? IdOf(string path)
    {
        try
        {
            return File.ReadAllText(System.IO.Path.Combine(path, PathPatterns.OwnDirectory, IdName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Opens it; the own folder is made when it is missing.</summary>
    /// <exception cref="IOException">There is no such directory, or it cannot be written to.</exception>
    public static SetRoot Open(string path, bool make)
    {
        if (make)
        {
            System.IO.Directory.CreateDirectory(path);
        }

        var root = OpenDirectory.Root(path);
        try
        {
            root.MakeDirectory(PathPatterns.OwnDirectory, OwnerOnly);
            return new SetRoot(path, root, Identify(root));
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>The path still leads to the directory that was opened: it was not moved away, nor anything mounted on it.</summary>
    public bool IsStillThere
    {
        get
        {
            try
            {
                using var now = OpenDirectory.Root(Path);
                var (mine, found) = (Directory.LookAtSelf(), now.LookAtSelf());
                return mine.Inode == found.Inode && mine.Device == found.Device;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    private static string Identify(OpenDirectory root)
    {
        const string beside = IdName + ".new";
        using var own = root.Into(PathPatterns.OwnDirectory);
        if (!own.Look(IdName).Exists)
        {
            using (var made = own.MakeFile(beside))
            {
                RandomAccess.Write(made, System.Text.Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N")), 0);
                RandomAccess.FlushToDisk(made);
            }

            own.Move(beside, own, IdName);
        }

        using var file = own.OpenFile(IdName);
        var text = new byte[64];
        return System.Text.Encoding.ASCII.GetString(text, 0, PosixFile.Read(file, text, 0));
    }

    /// <summary>A folder in the own one.</summary>
    public OpenDirectory Own(string name)
    {
        using var own = Directory.Into(PathPatterns.OwnDirectory);
        return own.IntoOrMake(name, OwnerOnly);
    }

    /// <summary>The directory that holds a path; the same one as before when it is asked for again.</summary>
    public OpenDirectory Parent(string path)
    {
        var parent = PathName.Parent(path);
        if (lastParent is null || lastPath != parent)
        {
            Forget();
            lastParent = OpenDirectory.Beneath(Directory, parent);
            lastPath = parent;
        }

        return lastParent;
    }

    /// <summary>Directories may have been moved: they are looked for anew.</summary>
    public void Forget()
    {
        lastParent?.Dispose();
        lastParent = null;
    }

    public void Dispose()
    {
        Forget();
        Directory.Dispose();
    }
}

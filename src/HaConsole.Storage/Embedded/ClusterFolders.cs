using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HaConsole.Storage.Embedded;

/// <summary>Places of an embedded cluster below the data directory.</summary>
internal sealed class ClusterFolders
{
    /// <summary>The kernel's limit of a socket's path is 107 bytes; PostgreSQL appends its own name to the folder.</summary>
    private const int LongestSocketFolder = 107 - 15;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Names the places; makes nothing.</summary>
    public ClusterFolders(string dataDirectory)
    {
        Root = Path.Combine(Path.GetFullPath(dataDirectory), "database");
        Data = Path.Combine(Root, "data");
        Log = Path.Combine(Root, "postgres.log");
        var beside = Path.Combine(Root, "s");
        Socket = Encoding.UTF8.GetByteCount(beside) <= LongestSocketFolder ? beside : ShortSocket();
    }

    /// <summary><c>DataDirectory/database</c>.</summary>
    public string Root { get; }

    /// <summary>The cluster.</summary>
    public string Data { get; }

    /// <summary>Folder of the Unix socket, 0700.</summary>
    public string Socket { get; }

    /// <summary>What PostgreSQL writes.</summary>
    public string Log { get; }

    /// <summary>File that says which process serves the cluster.</summary>
    public string PidFile => Path.Combine(Data, "postmaster.pid");

    /// <summary>Major version that made the cluster; empty when there is none.</summary>
    public string Version
    {
        get
        {
            var file = Path.Combine(Data, "PG_VERSION");
            return File.Exists(file) ? File.ReadAllText(file).Trim() : "";
        }
    }

    /// <summary>Makes the folders, each readable by its owner only.</summary>
    /// <exception cref="EmbeddedDatabaseException">This is no Unix.</exception>
    public void Create()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new EmbeddedDatabaseException("The embedded database needs Linux: set Database:ConnectionString.");
        }

        foreach (var folder in (string[])[Root, Socket])
        {
            Directory.CreateDirectory(folder, OwnerOnly);
            File.SetUnixFileMode(folder, OwnerOnly);
        }
    }

    /// <summary>Deletes what was begun and never finished.</summary>
    public void RemoveHalfMade()
    {
        foreach (var folder in Directory.EnumerateDirectories(Root, "new-*"))
        {
            Directory.Delete(folder, recursive: true);
        }

        if (Directory.Exists(Data) && Version.Length == 0)
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    /// <summary>A folder for a cluster that is being made.</summary>
    public string NewData() => Path.Combine(Root, string.Create(CultureInfo.InvariantCulture, $"new-{Environment.ProcessId}"));

    private string ShortSocket()
    {
        var name = "haconsole-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)))[..16];
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");

        // Only root may write to /run. In /tmp a folder that somebody else has made cannot be set to 0700, which is an error.
        var parent = Environment.IsPrivilegedProcess && Directory.Exists("/run") ? "/run"
            : Directory.Exists(runtime) && runtime.Length < 60 ? runtime
            : Path.GetTempPath().Length < 60 ? Path.GetTempPath() : "/tmp";
        return Path.Combine(parent, name);
    }
}

using System.Net.Sockets;
using System.Text;

namespace HaConsole.Web.Hosting;

/// <summary>
/// Where a server's owner-only Unix socket is: <c>control.sock</c> in the data directory, or, when that path is longer than the
/// system allows, in a private directory that <c>control.path</c> in the data directory names.
/// </summary>
public static class ControlSocket
{
    /// <summary>Longest path of a Unix socket on Linux, in bytes.</summary>
    public const int LongestPath = 107;

    /// <summary>Name of the socket.</summary>
    public const string FileName = "control.sock";

    /// <summary>Name of the file that holds the socket's path when it is not in the data directory.</summary>
    public const string PointerName = "control.path";

    /// <summary>Path to connect to, for the server with that data directory.</summary>
    public static string Find(string dataDirectory)
    {
        var direct = Path.Combine(Path.GetFullPath(dataDirectory), FileName);
        if (Fits(direct))
        {
            return direct;
        }

        var pointer = Path.Combine(dataDirectory, PointerName);
        return File.Exists(pointer) ? File.ReadAllText(pointer).Trim() : direct;
    }

    /// <summary>
    /// Path to listen on. Makes the data directory when it is missing; removes what a killed process has left behind; fails with
    /// <see cref="StartRefusedException"/> when a running server answers there.
    /// </summary>
    public static string Claim(string dataDirectory)
    {
        var directory = Path.GetFullPath(dataDirectory);
        try
        {
            MakePrivate(directory);
            var present = Find(directory);
            if (Answers(present))
            {
                throw new StartRefusedException($"Node:DataDirectory {directory}: another server runs with it");
            }

            Remove(directory);
            var direct = Path.Combine(directory, FileName);
            if (Fits(direct))
            {
                return direct;
            }

            // The name is not guessable and the directory is made for this user alone: nobody else can put a socket there.
            var path = Path.Combine(Directory.CreateTempSubdirectory("haconsole-").FullName, FileName);
            File.WriteAllText(Path.Combine(directory, PointerName), path + "\n");
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"Node:DataDirectory {directory}: {e.Message}");
        }
    }

    /// <summary>Removes the socket of a stopped server.</summary>
    public static void Remove(string dataDirectory)
    {
        var path = Find(dataDirectory);
        File.Delete(path);
        var pointer = Path.Combine(dataDirectory, PointerName);
        if (!File.Exists(pointer))
        {
            return;
        }

        File.Delete(pointer);
        var holder = Path.GetDirectoryName(path);
        if (holder is not null && Path.GetFileName(holder).StartsWith("haconsole-", StringComparison.Ordinal) && Directory.Exists(holder))
        {
            Directory.Delete(holder);
        }
    }

    /// <summary>A bound socket that only its owner can connect to: the mode is set before anybody can.</summary>
    public static Socket Bind(UnixDomainSocketEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(endPoint);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(endPoint.ToString(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return socket;
    }

    private static void MakePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static bool Fits(string path) => Encoding.UTF8.GetByteCount(path) <= LongestPath;

    private static bool Answers(string path)
    {
        if (!Fits(path) || !File.Exists(path))
        {
            return false;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            // Nobody listens: left behind by a process that was killed.
            return false;
        }
    }
}

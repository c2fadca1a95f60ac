using System.Globalization;

namespace HaConsole.Engine.State;

/// <summary>The data directory cannot be used; the message is one line that names <c>Node:DataDirectory</c>.</summary>
public sealed class DataDirectoryException : Exception
{
    /// <summary>Without a sentence.</summary>
    public DataDirectoryException()
    {
    }

    /// <summary>With a sentence.</summary>
    public DataDirectoryException(string message)
        : base(message)
    {
    }

    /// <summary>With a sentence and its cause.</summary>
    public DataDirectoryException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Two processes with one data directory would both believe that they are the same server: one holds this lock, the other does not start.</summary>
public sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream stream;

    private DataDirectoryLock(FileStream stream) => this.stream = stream;

    /// <summary>Makes the directory when needed and locks it; the kernel releases the lock when the process ends, however it ends.</summary>
    /// <exception cref="DataDirectoryException">It is in use or cannot be written.</exception>
    public static DataDirectoryLock Acquire(string dataDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataDirectory);
        var path = Path.Combine(dataDirectory, "lock");
        try
        {
            Directory.CreateDirectory(dataDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(dataDirectory, e);
        }

        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            NoteOwner(path);
            return new DataDirectoryLock(stream);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Unusable(dataDirectory, e);
        }
        catch (IOException e)
        {
            throw Owner(path) is { } owner
                ? new DataDirectoryException($"Node:DataDirectory is {dataDirectory}; it is in use by {owner}, each server needs its own", e)
                : Unusable(dataDirectory, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private static DataDirectoryException Unusable(string dataDirectory, Exception cause)
        => new($"Node:DataDirectory is {dataDirectory}; it must be a directory that this process can write ({cause.Message})", cause);

    /// <summary>Beside the lock: the locked file itself cannot be opened by the process that is told who holds it.</summary>
    private static string OwnerPath(string path) => path + ".owner";

    private static void NoteOwner(string path)
    {
        try
        {
            File.WriteAllText(OwnerPath(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk: the lock itself needs no space, only the hint in the message of a second process is missing.
        }
    }

    /// <summary>Who holds the lock; null when nobody does and the file cannot be opened for another reason.</summary>
    private static string? Owner(string path)
    {
        try
        {
            return File.Exists(path) && File.ReadAllText(OwnerPath(path)).Trim() is { Length: > 0 } id ? "process " + id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return File.Exists(path) ? "another process" : null;
        }
    }
}

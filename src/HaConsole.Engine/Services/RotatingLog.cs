namespace HaConsole.Engine.Services;

/// <summary>
/// Output of a managed service: a file of bounded size with its predecessors <c>.1</c> and <c>.2</c>. Never fails: output that
/// cannot be written (disk full) is dropped, because a service must not stand still for its log.
/// </summary>
public sealed class RotatingLog : IDisposable
{
    /// <summary>Size in bytes at which a file is full, unless told otherwise: 10 MB.</summary>
    public const long DefaultMaximumBytes = 10_000_000;

    private readonly Lock gate = new();
    private readonly string path;
    private readonly long maximumBytes;
    private readonly int files;
    private FileStream? stream;
    private bool disposed;

    /// <summary>Creates the log; the file is opened by the first output.</summary>
    /// <param name="path">Newest file.</param>
    /// <param name="maximumBytes">Bytes per file; at least 1.</param>
    /// <param name="files">Files kept, the newest included; at least 1.</param>
    public RotatingLog(string path, long maximumBytes = DefaultMaximumBytes, int files = 3)
    {
        this.path = path;
        this.maximumBytes = maximumBytes;
        this.files = files;
    }

    /// <summary>Appends output as it came.</summary>
    public void Append(ReadOnlySpan<byte> output)
    {
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            try
            {
                this.stream ??= Open();
                if (this.stream.Length > 0 && this.stream.Length + output.Length > maximumBytes)
                {
                    Rotate();
                    this.stream = Open();
                }

                this.stream.Write(output);
                this.stream.Flush();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Dropped; the next output tries again with a file opened anew.
                CloseQuietly();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            CloseQuietly();
        }
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    private void Rotate()
    {
        CloseQuietly();
        for (var number = files - 1; number >= 1; number--)
        {
            var older = number == 1 ? path : $"{path}.{number - 1}";
            if (File.Exists(older))
            {
                File.Move(older, $"{path}.{number}", overwrite: true);
            }
        }

        if (files == 1)
        {
            File.Delete(path);
        }
    }

    private void CloseQuietly()
    {
        var stream = this.stream;
        this.stream = null;
        try
        {
            stream?.Dispose();
        }
        catch (IOException)
        {
            // What was buffered is lost like the output that could not be written.
        }
    }
}

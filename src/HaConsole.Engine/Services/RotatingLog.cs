namespace HaConsole.Engine.Services;

/// <summary>
/// Output of a managed service: a file of bounded size with its predecessors <c>.1</c> and <c>.2</c>. Never fails: output that
/// cannot be written (disk full) is dropped, because a service must not stand still for its log.
/// </summary>
public sealed class RotatingLog : IDisposable
{
    /// <summary>Size in bytes at which a file is full, unless told otherwise: 10 MB.</summary>
    public const long DefaultMaximumBytes = 10_000_000;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly long _maximumBytes;
    private readonly int _files;
    private FileStream? _stream;
    private bool _disposed;

    /// <summary>Creates the log; the file is opened by the first output.</summary>
    /// <param name="path">Newest file.</param>
    /// <param name="maximumBytes">Bytes per file; at least 1.</param>
    /// <param name="files">Files kept, the newest included; at least 1.</param>
    public RotatingLog(string path, long maximumBytes = DefaultMaximumBytes, int files = 3)
    {
        _path = path;
        _maximumBytes = maximumBytes;
        _files = files;
    }

    /// <summary>Appends output as it came.</summary>
    public void Append(ReadOnlySpan<byte> output)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            try
            {
                _stream ??= Open();
                if (_stream.Length > 0 && _stream.Length + output.Length > _maximumBytes)
                {
                    Rotate();
                    _stream = Open();
                }

                _stream.Write(output);
                _stream.Flush();
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
        lock (_gate)
        {
            _disposed = true;
            CloseQuietly();
        }
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        return new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    private void Rotate()
    {
        CloseQuietly();
        for (var number = _files - 1; number >= 1; number--)
        {
            var older = number == 1 ? _path : $"{_path}.{number - 1}";
            if (File.Exists(older))
            {
                File.Move(older, $"{_path}.{number}", overwrite: true);
            }
        }

        if (_files == 1)
        {
            File.Delete(_path);
        }
    }

    private void CloseQuietly()
    {
        var stream = _stream;
        _stream = null;
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

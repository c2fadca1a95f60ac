using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HaConsole.Engine;
using HaConsole.Engine.Peering;
using HaConsole.Web.Api;
using HaConsole.Web.History;
using HaConsole.Web.Live;

namespace HaConsole.Web.Support;

/// <summary>How a support bundle has turned out.</summary>
/// <param name="Files">Files in it.</param>
/// <param name="Bytes">Bytes of them before they were compressed.</param>
/// <param name="Notes">What is missing, and why.</param>
public sealed record BundleReport(int Files, long Bytes, IReadOnlyList<string> Notes);

/// <summary>
/// The guide's Zip Logs: what both servers know about themselves, in one file for support. Written as it is read, never more of it in
/// memory than a part of one file. A server that does not answer is a note in the bundle, not an error.
/// </summary>
public sealed class SupportBundle(ConsoleEngine console, SupportSource own, TimeProvider time)
{
    /// <summary>Most bytes of one file; of a longer one its end is taken.</summary>
    public const long MostBytesOfFile = 25_000_000;

    /// <summary>Most bytes of one server; what is older is left out.</summary>
    public const long MostBytesOfServer = 200_000_000;

    /// <summary>Path of the list of what a server has to give, for the other server.</summary>
    public const string FilesPath = "/api/v1/support-bundle/files";

    /// <summary>Path of a part of it, for the other server.</summary>
    public const string PartPath = "/api/v1/support-bundle/part";

    private int busy;

    /// <summary>Takes the only place: a second bundle at the same time would only slow both down. False when it is taken.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref busy, 1, 0) == 0;

    /// <summary>Gives the place back.</summary>
    public void End() => Interlocked.Exchange(ref busy, 0);

    /// <summary>Name of a bundle that is made now.</summary>
    public string NewName() => string.Create(CultureInfo.InvariantCulture, $"haconsole-support-{console.Engine.Current.Pair}-{time.GetUtcNow():yyyyMMdd-HHmmss}.zip");

    /// <summary>Writes a bundle. The stream need not be able to seek; it is left open.</summary>
    public async Task<BundleReport> WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        var snapshot = console.Engine.Current;
        var zip = await ZipArchive.CreateAsync(target, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken).ConfigureAwait(false);
        await using var _ = zip.ConfigureAwait(false);
        var work = new Work(zip, time, cancellationToken);
        await work.AddServerAsync($"server-{Servers.Local(snapshot)}", own.List(), (name, from) => Task.FromResult(own.Read(name, from, SupportFiles.PartBytes))).ConfigureAwait(false);
        if (Servers.Peer(snapshot) is { } peer)
        {
            if (await AskAsync(FilesPath, ApiJson.Default.IReadOnlyListSupportFile, cancellationToken).ConfigureAwait(false) is { } files)
            {
                await work.AddServerAsync($"server-{peer.Server}", files, (name, from) => PartOfPeerAsync(name, from, cancellationToken)).ConfigureAwait(false);
            }
            else
            {
                work.Notes.Add($"Server #{peer.Server} does not answer: nothing of it is in this bundle. Make another one there.");
            }
        }

        return await work.EndAsync().ConfigureAwait(false);
    }

    private Task<LogPart?> PartOfPeerAsync(string name, long from, CancellationToken cancellationToken)
        => AskAsync(string.Create(CultureInfo.InvariantCulture, $"{PartPath}?name={Uri.EscapeDataString(name)}&from={from}"), ApiJson.Default.LogPart, cancellationToken);

    private async Task<T?> AskAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var answer = await console.Run.ForwardToPeerAsync(new ForwardedRequest("GET", path, "", new Dictionary<string, string>()), cancellationToken).ConfigureAwait(false);
        try
        {
            return answer is { Status: StatusCodes.Status200OK } ? JsonSerializer.Deserialize(answer.Body, type) : null;
        }
        catch (JsonException)
        {
            // A server of another version, or something that only claims to be one.
            return null;
        }
    }

    /// <summary>One bundle in the making.</summary>
    private sealed class Work(ZipArchive zip, TimeProvider time, CancellationToken cancellationToken)
    {
        private int files;
        private long bytes;

        public List<string> Notes { get; } = [];

        public async Task AddServerAsync(string folder, IReadOnlyList<SupportFile> list, Func<string, long, Task<LogPart?>> read)
        {
            var left = MostBytesOfServer;
            foreach (var file in list.Where(file => IsPlain(file.Name)))
            {
                if (left <= 0)
                {
                    Notes.Add($"{folder}/{file.Name} is left out: the bundle holds at most {MostBytesOfServer / 1_000_000} MB of a server.");
                    continue;
                }

                var most = Math.Min(MostBytesOfFile, left);
                var from = Math.Max(0, file.Bytes - most);
                if (from > 0)
                {
                    Notes.Add($"Of {folder}/{file.Name} only the end is here: {most / 1_000_000} MB of {file.Bytes / 1_000_000} MB.");
                }

                left -= await AddAsync($"{folder}/{file.Name}", file, from, most, read).ConfigureAwait(false);
            }
        }

        /// <summary>Last of all: a bundle without it was not finished.</summary>
        public async Task<BundleReport> EndAsync()
        {
            var text = new StringBuilder();
            text.AppendLine("HaConsole support bundle").AppendLine(CultureInfo.InvariantCulture, $"Made at {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC, {files} files, {bytes} bytes.");
            text.AppendLine("Passwords, tokens, keys and other secrets were removed; where one stood it says " + SecretScrubber.Mask + ".").AppendLine();
            text.AppendLine(Notes.Count == 0 ? "Nothing is missing." : "Missing:");
            Notes.ForEach(note => text.AppendLine("- " + note));
            var stream = await OpenAsync("README.txt").ConfigureAwait(false);
            await using var _ = stream.ConfigureAwait(false);
            await WriteAsync(stream, text.ToString()).ConfigureAwait(false);
            return new BundleReport(files, bytes, Notes);
        }

        /// <summary>Names come from the other server too: none may lead out of the folder in which somebody unpacks.</summary>
        private static bool IsPlain(string name)
            => name.Length is > 0 and < 200 && name.Split('/') is { Length: <= 2 } parts && parts.All(part => part.Length > 0 && part is not ("." or "..") && !part.Any(c => c is '\\' or ':' or < ' '));

        private async Task<long> AddAsync(string name, SupportFile file, long from, long most, Func<string, long, Task<LogPart?>> read)
        {
            var stream = await OpenAsync(name).ConfigureAwait(false);
            await using var _ = stream.ConfigureAwait(false);
            long written = 0;
            var at = from;
            while (written < most)
            {
                if (await read(file.Name, at).ConfigureAwait(false) is not { } part)
                {
                    Notes.Add($"{name} ends early: it could not be read on.");
                    break;
                }

                written += await WriteAsync(stream, part.Text).ConfigureAwait(false);
                if (part.Next <= at || part.Next >= Math.Min(part.Bytes, file.Bytes > 0 ? file.Bytes : long.MaxValue))
                {
                    break;
                }

                at = part.Next;
            }

            files++;
            bytes += written;
            return written;
        }

        private async Task<Stream> OpenAsync(string name)
        {
            var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
            entry.LastWriteTime = time.GetLocalNow();
            return await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
        }

        private async Task<int> WriteAsync(Stream stream, string text)
        {
            var encoded = Encoding.UTF8.GetBytes(text);
            await stream.WriteAsync(encoded, cancellationToken).ConfigureAwait(false);
            return encoded.Length;
        }
    }
}

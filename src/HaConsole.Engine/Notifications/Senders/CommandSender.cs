using System.Diagnostics;
using System.Globalization;
using System.Text;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Notifications.Senders;

/// <summary>Runs a program without a shell: the message as JSON on its standard input, its facts in the environment. Exit code 0: it took it.</summary>
internal sealed class CommandSender(IPublicUrl urls, string workingDirectory) : ISender
{
    /// <summary>Bytes of output that are read at most; what comes after them is thrown away.</summary>
    public const int MostOutput = 64 * 1024;

    private const int MostShown = 400;
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public Task<DeliveryResult> SendAsync(NotificationChannel channel, NotificationMessage message, CancellationToken cancellationToken)
    {
        var dialogue = new List<string> { $"> {channel.Command}" };
        return Sending.WithinAsync(channel, dialogue, token => RunAsync(channel, message, dialogue, token), cancellationToken);
    }

    private async Task<DeliveryResult> RunAsync(NotificationChannel channel, NotificationMessage message, List<string> dialogue, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(channel.Command, channel.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            WorkingDirectory = workingDirectory,
        };
        foreach (var (name, value) in Environment(message))
        {
            start.Environment["HACONSOLE_" + name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("not started");
        try
        {
            var output = ReadAsync(process.StandardOutput.BaseStream);
            var errors = ReadAsync(process.StandardError.BaseStream);
            await WriteAsync(process, WebhookBody.Generic(message, urls.Console).ToJsonString(), cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);

            // A child of it may hold its output open.
            await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(LastWords, cancellationToken)).ConfigureAwait(false);
            var said = errors is { IsCompletedSuccessfully: true, Result.Length: > 0 } ? errors.Result : output.IsCompletedSuccessfully ? output.Result : "";
            var answer = string.Create(CultureInfo.InvariantCulture, $"exit {process.ExitCode}{(said.Length > 0 ? ": " + MessageText.Line(said.Trim(), MostShown) : "")}");
            dialogue.Add("< " + answer);
            return process.ExitCode == 0 ? Sending.Ok(answer, dialogue) : Sending.Failed(answer, dialogue: dialogue);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private IEnumerable<(string Name, string Value)> Environment(NotificationMessage message)
    {
        var first = message.Events[0];
        yield return ("EVENT_ID", message.Id);
        yield return ("PAIR", message.Pair);
        yield return ("SEVERITY", message.Severity.ToString().ToLowerInvariant());
        yield return ("KIND", first.Kind);
        yield return ("SENTENCE", MessageText.Line(message.Title, 2000));
        yield return ("SERVER", first.Server.ToString(CultureInfo.InvariantCulture));
        yield return ("EPOCH", first.Epoch.ToString(CultureInfo.InvariantCulture));
        yield return ("SEQUENCE", first.Sequence.ToString(CultureInfo.InvariantCulture));
        yield return ("EVENTS", message.Events.Count.ToString(CultureInfo.InvariantCulture));
        yield return ("TEST", message.IsTest ? "true" : "false");
        yield return ("URL", urls.Console);
    }

    private static async Task WriteAsync(Process process, string text, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(text.AsMemory(), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not read its input, as it may.
        }
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        try
        {
            var kept = new byte[MostShown * 4];
            var (count, total) = (0, 0L);
            var buffer = new byte[8192];
            int read;
            while ((read = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                var take = Math.Min(read, kept.Length - count);
                buffer.AsSpan(0, take).CopyTo(kept.AsSpan(count));
                count += take;
                total += read;
                if (total > MostOutput)
                {
                    // The program is ended by its full pipe or by the timeout.
                    break;
                }
            }

            return Encoding.UTF8.GetString(kept, 0, count);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return "";
        }
    }
}

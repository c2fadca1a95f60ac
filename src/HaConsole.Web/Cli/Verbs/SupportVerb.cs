using System.CommandLine;
using System.Globalization;

namespace HaConsole.Web.Cli.Verbs;

/// <summary><c>support-bundle [FILE]</c>.</summary>
internal static class SupportVerb
{
    public static Command Create(CliContext context)
    {
        var file = new Argument<string?>("FILE") { Description = "where to write it (default: a new file haconsole-support-….zip in this directory)", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("support-bundle", "writes logs, configuration, events and surroundings of both servers into a ZIP file, without secrets") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = context.Connect(parsed);
            var target = Path.GetFullPath(parsed.GetValue(file) ?? string.Create(CultureInfo.InvariantCulture, $"haconsole-support-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}.zip"));
            if (File.Exists(target) || Directory.Exists(target))
            {
                throw new CliException(ExitCode.Refused, $"{target} is there already: give another name");
            }

            var bytes = await SaveAsync(client, target, cancellationToken).ConfigureAwait(false);
            await context.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{target} ({bytes / 1e6:0.0} MB); secrets were removed, but look at it before you give it away")).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Under another name until it is whole and on the disk: nothing half-written is left behind, whatever fails.</summary>
    private static async Task<long> SaveAsync(ControlClient client, string target, CancellationToken cancellationToken)
    {
        var part = $"{target}.{Environment.ProcessId}.part";
        try
        {
            long bytes;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (var stream = new FileStream(part, options))
            {
                await client.DownloadAsync("api/v1/support-bundle", stream, cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
                bytes = stream.Length;
            }

            File.Move(part, target);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failure, $"the support bundle is not written, nothing is left of it: {e.Message}");
        }
        finally
        {
            if (File.Exists(part))
            {
                File.Delete(part);
            }
        }
    }
}

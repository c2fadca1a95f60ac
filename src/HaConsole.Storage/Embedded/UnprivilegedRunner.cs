using System.Diagnostics;

namespace HaConsole.Storage.Embedded;

/// <summary>Runs PostgreSQL's programs, which refuse to be root: directly, in a user namespace, or as the user postgres.</summary>
internal sealed class UnprivilegedRunner
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);
    private bool? namespaces;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="workingDirectory">Where.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <returns>Exit code and both outputs.</returns>
    public async Task<(int Code, string Output)> RunAsync(string workingDirectory, IReadOnlyList<string> command, CancellationToken cancellation)
        => await StartAsync(workingDirectory, [.. await PrefixAsync(workingDirectory, cancellation), .. command], cancellation);

    /// <summary>Gives the folders to the user that PostgreSQL will run as. Only root has to.</summary>
    public async Task OwnAsync(IReadOnlyList<string> folders, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        var owner = await HasNamespacesAsync("/", cancellation) ? "0:0" : "postgres:postgres";
        var (code, output) = await StartAsync("/", ["chown", "-R", owner, .. folders], cancellation);
        if (code != 0)
        {
            throw new EmbeddedDatabaseException($"The folders of the database cannot be given to the user postgres: {output.Trim()}");
        }
    }

    private async Task<IReadOnlyList<string>> PrefixAsync(string workingDirectory, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return [];
        }

        return await HasNamespacesAsync(workingDirectory, cancellation)
            ? ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--"]
            : ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--inh-caps=-all", "--no-new-privs", "--"];
    }

    private async Task<bool> HasNamespacesAsync(string workingDirectory, CancellationToken cancellation)
        => namespaces ??= (await StartAsync(workingDirectory, ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--", "true"], cancellation)).Code == 0;

    private static async Task<(int Code, string Output)> StartAsync(string workingDirectory, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            return (127, $"{command[0]}: {e.Message}");
        }

        using (process)
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            limit.CancelAfter(Timeout);
            process.StandardInput.Close();
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(limit.Token);
                var errors = process.StandardError.ReadToEndAsync(limit.Token);
                await process.WaitForExitAsync(limit.Token);
                return (process.ExitCode, await output + await errors);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancellation.ThrowIfCancellationRequested();
                return (124, $"{Path.GetFileName(command[0])} took longer than {Timeout.TotalSeconds} s");
            }
        }
    }
}

using System.Diagnostics;
using System.Globalization;

namespace HaConsole.Storage.Tests.Support;

/// <summary>A <see cref="HostProgram"/> that runs; it is killed at the end when it does.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process process;

    public HostProcess(string folder, int events = 0, string connectionString = "", params string[] prefix)
    {
        string[] command = [.. prefix, "dotnet", typeof(HostProgram).Assembly.Location, folder, events.ToString(CultureInfo.InvariantCulture), connectionString];
        process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    public async Task<string> LineAsync() => await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(90)) ?? "";

    /// <summary>Waits until it is ready; process id of its database.</summary>
    public async Task<int> ReadyAsync()
    {
        var line = await LineAsync();
        Assert.StartsWith("ready ", line, StringComparison.Ordinal);
        return int.Parse(line.AsSpan(6), CultureInfo.InvariantCulture);
    }

    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async Task EndAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, process.ExitCode);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests;

/// <summary>The real program as a process.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed partial class RunProcessTests
{
    private const int Terminate = 15;

    /// <summary>Far above what a stop takes, below what a supervisor gives its worker before it kills it.</summary>
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData("switch --to 3", 64)]
    [InlineData("status", 1)]
    [InlineData("--version", 0)]
    public async Task Program_ShortVerb_EndsWithItsExitCode(string line, int code)
    {
        var directory = RunningServer.NewDirectory();
        using var process = Start(directory, line.Split(' '));
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Directory.Delete(directory);

        Assert.Equal(code, process.ExitCode);
        Assert.Equal(code == 0 ? 0 : 1, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Run_TerminatedWhileServing_EndsInOrderWithItsWorker()
    {
        var directory = RunningServer.NewDirectory();
        var port = CertificateFiles.FreePort();
        using var process = Start(directory, RunWords(directory, port));
        try
        {
            await AnswersAsync(process, port);
            var worker = Assert.Single(Children(process.Id));
            await EndAsync(process);

            Assert.Equal(0, process.ExitCode);
            Assert.False(Directory.Exists($"/proc/{worker}"));
            Assert.False(File.Exists(Path.Combine(directory, "control.sock")));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("run")]
    [InlineData("worker")]
    public async Task Start_TerminatedBeforeItServes_EndsInOrderAndLeavesNoSocket(string verb)
    {
        var directory = RunningServer.NewDirectory();
        string[] words = [verb, .. RunWords(directory, CertificateFiles.FreePort())[1..]];
        using var process = Start(directory, words);
        try
        {
            // The moment in which a start has begun to leave traces, long before its listeners are open.
            await Eventually.TrueAsync(() => process.HasExited || (verb == "run" ? Children(process.Id).Count > 0 : Directory.EnumerateFileSystemEntries(directory).Any()));
            await EndAsync(process);

            Assert.Equal(0, process.ExitCode);
            Assert.False(File.Exists(Path.Combine(directory, "control.sock")));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string[] RunWords(string directory, int port)
        => ["run", "--data-directory", directory, "--Node:LocalAddress=127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"--Node:HttpPort={port}")];

    private static Process Start(string directory, string[] words)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(ProductParts).Assembly.Location, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task AnswersAsync(Process process, int port)
    {
        using var client = new HttpClient();
        await Eventually.TrueAsync(async () =>
        {
            Assert.False(process.HasExited, "the server has ended");
            try
            {
                using var answer = await client.GetAsync($"http://127.0.0.1:{port}/IPSCFG/admin/monitor.aspx?mod=NONE");
                return answer.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                // Not up yet: asked again.
                return false;
            }
        });
    }

    private static async Task EndAsync(Process process)
    {
        Assert.Equal(0, Kill(process.Id, Terminate));
        await process.WaitForExitAsync().WaitAsync(StopBound);
    }

    private static List<int> Children(int process)
        => [.. Directory.GetDirectories($"/proc/{process}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>What a program said and how it ended.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Error);

/// <summary>Runs programs and sends signals.</summary>
internal static partial class Shell
{
    public const int SigQuit = 3;
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs to the end; fails the test when it takes longer than a minute.</summary>
    public static async Task<ShellResult> RunAsync(params IReadOnlyList<string> command)
    {
        using var process = Process.Start(StartInfo(command))!;
        using var patience = new CancellationTokenSource(Patience);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return new ShellResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', command)} did not end within {Patience.TotalSeconds} s");
        }
    }

    /// <summary>Runs to the end and must succeed; its output.</summary>
    public static async Task<string> MustAsync(params IReadOnlyList<string> command)
    {
        var result = await RunAsync(command);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{string.Join(' ', command)}: {result.ExitCode} {result.Error}");
    }

    /// <summary>Sends a signal; false when there is no such process.</summary>
    public static bool Signal(int process, int signal) => process > 1 ? Kill(process, signal) == 0 : throw new ArgumentOutOfRangeException(nameof(process));

    /// <summary>The process exists and is no zombie.</summary>
    public static bool IsAlive(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[text.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static ProcessStartInfo StartInfo(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}

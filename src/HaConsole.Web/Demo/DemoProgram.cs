using System.Diagnostics;

namespace HaConsole.Web.Demo;

/// <summary>Where the programs are that the demo starts.</summary>
internal static class DemoProgram
{
    /// <summary>The <c>dotnet</c> that runs us, else the one on the PATH.</summary>
    public static string DotnetHost { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : Find("dotnet") ?? "dotnet";

    /// <summary>The sample service beside this program.</summary>
    public static string SampleService { get; } = Path.Combine(AppContext.BaseDirectory, "sample-service", "haconsole-sample-service.dll");

    /// <summary>HAProxy; null when it is not installed.</summary>
    public static string? Haproxy { get; } = Find("haproxy");

    /// <summary>This program and the arguments before its verb.</summary>
    public static IReadOnlyList<string> Self { get; } = SelfCommand();

    /// <summary>
    /// Starts a program in a session of its own, so that Ctrl-C at the terminal reaches the demo alone and the demo can stop everything in order.
    /// Its output goes to a file.
    /// </summary>
    public static Process Start(IReadOnlyList<string> command, string log, IReadOnlyDictionary<string, string> environment)
    {
        // A shell is the only way to give a child a file as its output without pumping it through us; it replaces itself.
        var start = new ProcessStartInfo("setsid") { UseShellExecute = false, RedirectStandardInput = true };
        foreach (var argument in (string[])["/bin/sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log, .. command])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} could not be started");
    }

    private static string[] SelfCommand()
    {
        var library = Path.Combine(AppContext.BaseDirectory, "haconsole.dll");
        return Path.GetFileName(Environment.ProcessPath) == "haconsole" ? [Environment.ProcessPath!] : [DotnetHost, library];
    }

    private static string? Find(string program)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Concat(["/usr/sbin", "/usr/local/sbin", "/usr/bin"]).Select(x => Path.Combine(x, program)).FirstOrDefault(File.Exists);
    }
}

using System.Globalization;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Services;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Services;

/// <summary>A directory for one test and what is needed to look at real processes.</summary>
internal sealed class Bench : IDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    internal string Root { get; } = Directory.CreateTempSubdirectory("haconsole-services-").FullName;

    internal string File(string name) => Path.Combine(Root, name);

    internal string Read(string name) => System.IO.File.Exists(File(name)) ? System.IO.File.ReadAllText(File(name)) : "";

    internal void Write(string name, string text) => System.IO.File.WriteAllText(File(name), text);

    internal void WriteProgram(string name, string script)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        Write(name, script + "\n");
        System.IO.File.SetUnixFileMode(File(name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    internal LocalServiceHost Host(params ServiceDefinition[] services)
    {
        var host = new LocalServiceHost(new ServiceSetOptions { DataDirectory = Root, Server = 1 });
        host.Configure(services);
        return host;
    }

    internal ServiceSet Set() => new(new ServiceSetOptions { DataDirectory = Root });

    /// <summary>A process service that runs a shell script.</summary>
    internal static ServiceDefinition Script(string name, string script) =>
        new() { Name = name, Type = ServiceType.Process, Command = "/bin/sh", Arguments = ["-c", script], StartTimeout = 10, StopTimeout = 10 };

    internal static ServiceDefinition Sleeper(string name = "sleeper") => Script(name, "exec sleep 1000");

    /// <summary>Waits for a condition with a bounded deadline.</summary>
    internal static async Task Until(Func<bool> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"did not happen: {what}");
            await Task.Delay(5);
        }
    }

    internal static Task Until(IServiceHost host, ServicesState state) => Until(() => host.Current.State == state, $"{state}; last: {Text(host.Current)}");

    internal static string Text(ServicesReport report) => $"{report.State} {string.Join("; ", report.Services)}";

    internal int Number(string name) => int.Parse(Read(name).Trim(), CultureInfo.InvariantCulture);

    /// <summary>Whether a process can still act (a zombie cannot).</summary>
    internal static bool Alive(int pid)
    {
        try
        {
            var stat = System.IO.File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    internal static int Pid(IServiceHost host, string name) => host.Current.Services.Single(service => service.Name == name).ProcessId ?? 0;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

using System.Reflection;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>The programs under test, as they were built.</summary>
internal static class Programs
{
    public static string HaConsole { get; } = typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(x => x.Key == "HaConsoleProgram").Value!;

    public static string SampleService { get; } = Path.Combine(Path.GetDirectoryName(HaConsole)!, "sample-service", "haconsole-sample-service.dll");

    public static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? Environment.ProcessPath switch
    {
        { } path when Path.GetFileName(path) == "dotnet" => path,
        _ => "dotnet",
    };
}

using System.Diagnostics;
using HaConsole.Web.Tests.Support;

namespace HaConsole.Web.Tests;

/// <summary>The real program as a process.</summary>
public sealed class RunProcessTests
{
    [Theory]
    [InlineData("switch --to 3", 64)]
    [InlineData("status", 1)]
    [InlineData("--version", 0)]
    public async Task Program_ShortVerb_EndsWithItsExitCode(string line, int code)
    {
        var directory = RunningServer.NewDirectory();
        var start = new ProcessStartInfo("dotnet", [typeof(ProductParts).Assembly.Location, .. line.Split(' ')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Directory.Delete(directory);

        Assert.Equal(code, process.ExitCode);
        Assert.Equal(code == 0 ? 0 : 1, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}

using System.Globalization;

namespace HaConsole.Engine.Services;

/// <summary>
/// Whom the kernel ends first when memory runs out: the worker, because its death costs nothing (the next one adopts what runs); then the
/// services, as they would have been anyway; last the supervisor and its guard, because all of this server dies with it.
/// </summary>
internal static class MemoryPressure
{
    /// <summary>What the worker gets in addition: it goes before services of the same size.</summary>
    internal const int WorkerFirst = 200;

    private const int Protected = -900;
    private const int Most = 1000;
    private static int? original;

    /// <summary>Protects this process, where it may; what it starts is not protected. Without the right to (CAP_SYS_RESOURCE) it stays as it is.</summary>
    internal static void ProtectThis()
    {
        original = Read(Environment.ProcessId);
        if (original > Protected)
        {
            Write(Environment.ProcessId, Protected);
        }
    }

    /// <summary>Gives a process that was just started the value that this one began with, plus something.</summary>
    internal static void Expose(int process, int more)
    {
        if (original is { } value)
        {
            Write(process, Math.Min(value + more, Most));
        }
    }

    private static int? Read(int process)
    {
        try
        {
            return int.Parse(File.ReadAllText(PathOf(process)), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private static void Write(int process, int value)
    {
        try
        {
            File.WriteAllText(PathOf(process), value.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not allowed, or the process is gone: the kernel's own choice stands.
        }
    }

    private static string PathOf(int process) => string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/oom_score_adj");
}

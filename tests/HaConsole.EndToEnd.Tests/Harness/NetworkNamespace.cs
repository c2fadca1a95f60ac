using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HaConsole.EndToEnd.Tests.Harness;

/// <summary>Moves the calling thread into a network namespace: sockets that it makes from then on belong there, whoever uses them.</summary>
internal static partial class NetworkNamespace
{
    private const int CloneNewNet = 0x40000000;

    /// <summary>For a thread of one's own only: it never comes back.</summary>
    public static void Enter(string name)
    {
        using SafeFileHandle file = File.OpenHandle("/run/netns/" + name);
        if (SetNamespace(file, CloneNewNet) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle file, int type);
}

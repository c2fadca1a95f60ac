using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HaConsole.Engine.VirtualIp;

/// <summary>Sends and receives whole Ethernet frames of one type on one interface. Needs CAP_NET_RAW.</summary>
internal sealed partial class FrameSocket : IDisposable
{
    private const int PacketFamily = 17;
    private const int Raw = 3;
    private const int CloseOnExec = 0x80000;
    private const short Readable = 1;
    private readonly SafeFileHandle handle;

    /// <exception cref="IOException">It cannot be opened; the message says why.</exception>
    public FrameSocket(int interfaceIndex, ushort frameType)
    {
        var network = BinaryPrimitives.ReverseEndianness(frameType);
        var number = Open(PacketFamily, Raw | CloseOnExec, network);
        if (number < 0)
        {
            throw Failure("open a socket for frames");
        }

        handle = new SafeFileHandle(number, ownsHandle: true);
        Span<byte> address = stackalloc byte[20];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)PacketFamily);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], frameType);
        MemoryMarshal.Write(address[4..], interfaceIndex);
        if (Bind(handle, ref MemoryMarshal.GetReference(address), address.Length) != 0)
        {
            var failure = Failure("bind a socket for frames");
            handle.Dispose();
            throw failure;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    /// <exception cref="IOException">The frame did not go out: the interface is down, or gone.</exception>
    public void Send(byte[] frame)
    {
        if (Send(handle, frame, (nuint)frame.Length, 0) != frame.Length)
        {
            throw Failure("send a frame");
        }
    }

    /// <summary>The next frame; empty when none came within that time.</summary>
    /// <exception cref="IOException">The interface is down, or gone.</exception>
    public ReadOnlySpan<byte> Receive(byte[] buffer, TimeSpan patience)
    {
        var wanted = new Poll { Descriptor = handle.DangerousGetHandle().ToInt32(), Events = Readable };
        if (Wait(ref wanted, 1, (int)Math.Ceiling(Math.Max(0, patience.TotalMilliseconds))) <= 0)
        {
            return [];
        }

        var count = Receive(handle, buffer, (nuint)buffer.Length, 0);
        return count < 0 ? throw Failure("receive a frame") : buffer.AsSpan(0, (int)count);
    }

    private static IOException Failure(string what) => new($"cannot {what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Bind(SafeFileHandle socket, ref byte address, int length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Send(SafeFileHandle socket, byte[] frame, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Receive(SafeFileHandle socket, byte[] buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Wait(ref Poll descriptors, nuint count, int milliseconds);
}

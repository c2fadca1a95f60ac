using System.Buffers.Binary;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HaConsole.Engine.VirtualIp;

/// <summary>
/// Adds and removes addresses by a message to the kernel (rtnetlink), as the program <c>ip</c> does, but without starting a program: that takes longer
/// than all the rest of a switch. Needs CAP_NET_ADMIN.
/// </summary>
internal static partial class KernelAddresses
{
    private const int NetlinkFamily = 16;
    private const int Raw = 3;
    private const int CloseOnExec = 0x80000;
    private const ushort NewAddress = 20;
    private const ushort DeleteAddress = 21;
    private const ushort Request = 1;
    private const ushort Acknowledge = 4;
    private const ushort CreateExclusively = 0x600;
    private const ushort ErrorMessage = 2;
    private const ushort Address = 1;
    private const ushort Local = 2;
    private const ushort Label = 3;
    private const ushort Broadcast = 4;
    private const ushort Lifetimes = 6;
    private const byte NoDuplicateDetection = 2;
    private const int Header = 16;

    /// <summary>Adds an address. An IPv6 address is not tested by the kernel, which would hold it back for a second, and is not used for the machine's own connections.</summary>
    /// <param name="address">Address with its prefix.</param>
    /// <param name="index">The kernel's number of the interface.</param>
    /// <param name="label">Label of an IPv4 address; empty: none.</param>
    /// <exception cref="IOException">The kernel refused it; the message says why.</exception>
    public static void Add(CidrAddress address, int index, string label) => Send(NewAddress, Request | Acknowledge | CreateExclusively, address, index, label);

    /// <summary>Removes an address.</summary>
    /// <param name="address">Address with its prefix.</param>
    /// <param name="index">The kernel's number of the interface.</param>
    /// <exception cref="IOException">The kernel refused it, or it is not there.</exception>
    public static void Remove(CidrAddress address, int index) => Send(DeleteAddress, Request | Acknowledge, address, index, "");

    private static void Send(ushort type, int flags, CidrAddress address, int index, string label)
    {
        var number = Open(NetlinkFamily, Raw | CloseOnExec, 0);
        if (number < 0)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }

        using var socket = new SafeFileHandle(number, ownsHandle: true);
        var message = Message(type, flags, address, index, label);
        if (Send(socket, message, (nuint)message.Length, 0) != message.Length)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }

        // The kernel answers before the call above returns.
        var answer = new byte[1024];
        var count = (int)Receive(socket, answer, (nuint)answer.Length, 0);
        if (count < 0)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }

        if (count < Header + sizeof(int) || MemoryMarshal.Read<ushort>(answer.AsSpan(4)) != ErrorMessage)
        {
            throw new IOException("the kernel gave no answer that is known");
        }

        if (MemoryMarshal.Read<int>(answer.AsSpan(Header)) is var error && error != 0)
        {
            throw Failure(-error);
        }
    }

    private static byte[] Message(ushort type, int flags, CidrAddress address, int index, string label)
    {
        var bytes = address.Address.GetAddressBytes();
        var six = address.Address.AddressFamily == AddressFamily.InterNetworkV6;
        var stream = new MemoryStream();
        stream.Write(new byte[Header]);
        stream.Write([(byte)(six ? 10 : 2), (byte)address.PrefixLength, six && type == NewAddress ? NoDuplicateDetection : (byte)0, 0]);
        stream.Write(BitConverter.GetBytes(index));
        Attribute(stream, Local, bytes);
        if (type == NewAddress)
        {
            Attribute(stream, Address, bytes);
            if (six)
            {
                // Preferred for no time, valid for ever.
                var lifetimes = new byte[16];
                BinaryPrimitives.WriteUInt32LittleEndian(lifetimes.AsSpan(4), uint.MaxValue);
                Attribute(stream, Lifetimes, lifetimes);
            }
            else if (address.PrefixLength < 31)
            {
                Attribute(stream, Broadcast, LastOf(address));
            }

            if (label.Length > 0)
            {
                Attribute(stream, Label, Encoding.ASCII.GetBytes(label + "\0"));
            }
        }

        var message = stream.ToArray();
        MemoryMarshal.Write(message.AsSpan(), message.Length);
        MemoryMarshal.Write(message.AsSpan(4), type);
        MemoryMarshal.Write(message.AsSpan(6), (ushort)flags);
        MemoryMarshal.Write(message.AsSpan(8), 1);
        return message;
    }

    private static void Attribute(MemoryStream stream, ushort type, byte[] value)
    {
        stream.Write(BitConverter.GetBytes((ushort)(4 + value.Length)));
        stream.Write(BitConverter.GetBytes(type));
        stream.Write(value);
        stream.Write(new byte[-value.Length & 3]);
    }

    private static byte[] LastOf(CidrAddress address)
    {
        var value = BinaryPrimitives.ReadUInt32BigEndian(address.Address.GetAddressBytes()) | (uint.MaxValue >> address.PrefixLength);
        var last = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(last, value);
        return last;
    }

    private static IOException Failure(int error) => new(new Win32Exception(error).Message);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Send(SafeFileHandle socket, byte[] message, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Receive(SafeFileHandle socket, byte[] buffer, nuint length, int flags);
}

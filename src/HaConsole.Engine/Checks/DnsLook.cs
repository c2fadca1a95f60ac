using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using HaConsole.Engine.Configuration;

namespace HaConsole.Engine.Checks;

/// <summary>Resolves a name, by the system or by one server that is asked directly, so that no cache answers for it.</summary>
internal static class DnsLook
{
    private const int Port = 53;
    private const int MostAnswers = 100;
    private static readonly IdnMapping Names = new();

    public static async Task<CheckLook> LookAsync(CheckDefinition check, CancellationToken cancellationToken)
    {
        try
        {
            var wanted = check.Expected.Length > 0 ? IPAddress.Parse(check.Expected) : null;
            var found = check.Host.Length == 0
                ? await Dns.GetHostAddressesAsync(check.Lookup, cancellationToken).ConfigureAwait(false)
                : await AskAsync(check, wanted?.AddressFamily ?? AddressFamily.InterNetwork, cancellationToken).ConfigureAwait(false);
            var text = found.Length == 0 ? $"no address of {check.Lookup}" : string.Join(' ', found.Take(5).Select(a => a.ToString()));
            return wanted is null || found.Length == 0 || found.Any(a => a.Equals(wanted))
                ? new CheckLook(found.Length > 0, CheckLooks.Line(text))
                : new CheckLook(false, CheckLooks.Line($"{text}, not {wanted}"));
        }
        catch (Exception e) when (e is SocketException or IOException or FormatException or ArgumentException)
        {
            return new CheckLook(false, CheckLooks.Line(e.Message));
        }
    }

    private static async Task<IPAddress[]> AskAsync(CheckDefinition check, AddressFamily family, CancellationToken cancellationToken)
    {
        var server = IPAddress.TryParse(check.Host, out var address) ? address : (await Dns.GetHostAddressesAsync(check.Host, cancellationToken).ConfigureAwait(false))[0];
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(new IPEndPoint(server, check.Port == 0 ? Port : check.Port), cancellationToken).ConfigureAwait(false);
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        var type = family == AddressFamily.InterNetworkV6 ? (ushort)28 : (ushort)1;
        await socket.SendAsync(Question(id, check.Lookup, type), cancellationToken).ConfigureAwait(false);
        var buffer = new byte[4096];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (length >= 12 && BinaryPrimitives.ReadUInt16BigEndian(buffer) == id)
            {
                return Answers(buffer.AsSpan(0, length), type);
            }
        }
    }

    private static byte[] Question(ushort id, string name, ushort type)
    {
        var message = new List<byte> { (byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (var label in Names.GetAscii(name.TrimEnd('.')).Split('.'))
        {
            if (label.Length is 0 or > 63)
            {
                throw new FormatException($"{name} is no name");
            }

            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.AddRange([0, (byte)(type >> 8), (byte)type, 0, 1]);
        return [.. message];
    }

    private static IPAddress[] Answers(ReadOnlySpan<byte> message, ushort type)
    {
        var code = message[3] & 0x0F;
        if (code != 0)
        {
            throw new FormatException(code switch { 2 => "the server failed", 3 => "the server knows no such name", 5 => "the server refuses", _ => $"the server answers with code {code}" });
        }

        var at = 12;
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(message[4..]); left > 0; left--)
        {
            at = AfterName(message, at) + 4;
        }

        var found = new List<IPAddress>();
        for (var left = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(message[6..]), (ushort)MostAnswers); left > 0; left--)
        {
            at = AfterName(message, at);
            if (at + 10 > message.Length)
            {
                throw new FormatException("the answer is torn");
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            if (at + 10 + length > message.Length)
            {
                throw new FormatException("the answer is torn");
            }

            if (BinaryPrimitives.ReadUInt16BigEndian(message[at..]) == type && length is 4 or 16)
            {
                found.Add(new IPAddress(message.Slice(at + 10, length)));
            }

            at += 10 + length;
        }

        return [.. found];
    }

    private static int AfterName(ReadOnlySpan<byte> message, int at)
    {
        while (at < message.Length)
        {
            var length = message[at];
            if (length >= 0xC0)
            {
                return at + 2;
            }

            at += length + 1;
            if (length == 0)
            {
                return at;
            }
        }

        throw new FormatException("the answer is torn");
    }
}

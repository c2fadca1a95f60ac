using System.Diagnostics;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Services;

namespace HaConsole.Engine.VirtualIp;

/// <summary>Removes what a run that ended without farewell has left on the interfaces, before anything else is done.</summary>
internal static class AddressLeftovers
{
    /// <summary>Removes the addresses that the records of a data directory name, of every pair. For the one process that has claimed the directory.</summary>
    public static void RemoveAll(string dataDirectory)
    {
        foreach (var pair in ServiceLedger.Pairs(dataDirectory))
        {
            using var ledger = ServiceLedger.Open(dataDirectory, pair);
            Remove(ledger, dataDirectory);
        }
    }

    /// <summary>Removes the addresses that one record names; what cannot be removed stays in it.</summary>
    public static void Remove(ServiceLedger ledger, string dataDirectory)
    {
        foreach (var entry in ledger.Entries)
        {
            if (entry.Address is { } definition && (!CidrAddress.TryParse(definition.Address, out var address) || Remove(definition, address, dataDirectory)))
            {
                ledger.Remove(entry.Definition.Name);
            }
        }
    }

    private static bool Remove(AddressDefinition definition, CidrAddress address, string dataDirectory)
    {
        var carrier = LocalInterfaces.Carrier(LocalInterfaces.All(), address.Address);
        if (carrier is null && definition.RemoveCommand.Length == 0 && !definition.SwitchInterface)
        {
            return true;
        }

        try
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", AddressCommands.Remove(definition, address, carrier?.Name ?? definition.Interface)]) { WorkingDirectory = dataDirectory });
            if (process is not null && !process.WaitForExit(AddressCommands.Patience))
            {
                process.Kill(entireProcessTree: true);
                return false;
            }

            return process?.ExitCode == 0 && LocalInterfaces.Carrier(LocalInterfaces.All(), address.Address) is null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // The unit tries again, and says so when it cannot.
            return false;
        }
    }
}

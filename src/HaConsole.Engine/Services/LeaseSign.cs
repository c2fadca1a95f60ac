namespace HaConsole.Engine.Services;

/// <summary>A sign of life of the engine: its lease, counted from a turn of its loop. Times are time stamps that all processes of a machine share.</summary>
/// <param name="At">When the loop turned.</param>
/// <param name="Since">First turn of the unbroken series of leases to which it belongs: none of them had ended when the next one began.</param>
/// <param name="ValidFor">From <paramref name="At"/> until services and addresses are stopped.</param>
/// <param name="GoneBy">From <paramref name="At"/> until what still runs is killed.</param>
internal readonly record struct LeaseSign(long At, long Since, TimeSpan ValidFor, TimeSpan GoneBy);
